"""GET /array/<token>/config and config.js: what posthog-js reads first."""

import json

import pytest


def test_config__of_a_project__lets_posthog_js_ask_for_flags(sdk, project):
    response = sdk.client.get(f"/array/{project.api_token}/config?ip=0&ver=1.4")
    assert response.status_code == 200
    answer = response.json()
    assert answer["token"] == project.api_token
    assert answer["hasFeatureFlags"] is True
    assert answer["analytics"] == {"endpoint": "/i/v0/e/"}
    assert answer["supportedCompression"] == ["gzip", "gzip-js"]
    assert "flags" not in answer


def test_config_script__keeps_the_config__under_the_token(sdk, project):
    response = sdk.client.get(f"/array/{project.api_token}/config.js")
    assert response.headers["Content-Type"].startswith("application/javascript")
    line = response.content.decode().splitlines()[1]
    name, _, value = line.removesuffix(";").partition(" = ")
    assert name == f'window._POSTHOG_REMOTE_CONFIG["{project.api_token}"]'
    assert json.loads(value)["config"]["token"] == project.api_token
    assert json.loads(value)["siteApps"] == []


@pytest.mark.parametrize("name", ["config", "config.js"])
def test_config__unknown_token__is_404(sdk, db, name):
    assert sdk.client.get(f"/array/phc_nothing/{name}").status_code == 404


def test_config__any_origin__may_read_it(sdk, project):
    response = sdk.client.get(
        f"/array/{project.api_token}/config", headers={"Origin": "https://shop.example"}
    )
    assert response.headers["Access-Control-Allow-Origin"] == "https://shop.example"
