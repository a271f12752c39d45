"""POST /flags: who gets which variant."""

import json
from uuid import UUID

import pytest

from tests import factories

MINIMAL = {"groups": [{"properties": [], "rollout_percentage": 100}]}


def test_flags__of_a_person__are_answered(sdk, checkout):
    checkout.filters |= {"payloads": {"control": '{"color":"blue"}'}}
    checkout.save()
    response = sdk.ask("user_1")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    answer = response.json()
    assert UUID(answer.pop("requestId")) == UUID(response.headers["X-Request-ID"])
    assert answer.pop("evaluatedAt") > 1_700_000_000_000
    assert answer == {
        "flags": {
            "checkout-redesign": {
                "key": "checkout-redesign",
                "enabled": True,
                "variant": "control",
                "reason": {
                    "code": "condition_match",
                    "condition_index": 0,
                    "description": "Matched condition set 1",
                },
                "metadata": {
                    "id": checkout.pk,
                    "version": 1,
                    "description": None,
                    "payload": '{"color":"blue"}',
                },
            }
        },
        "errorsWhileComputingFlags": False,
    }


def test_flags__nobody_matched__are_listed_with_the_reason(sdk, project):
    factories.make_flag(project, "off", filters={"groups": []})
    shown = sdk.flags()["off"]
    assert (shown["enabled"], shown["variant"]) == (False, None)
    assert shown["reason"]["code"] == "no_group_type"
    assert shown["reason"]["condition_index"] is None


def test_flags__inactive_or_deleted_or_foreign__are_absent(sdk, project, foreign_project):
    factories.make_flag(project, "inactive", active=False)
    factories.make_flag(project, "deleted", deleted=True)
    factories.make_flag(foreign_project, "foreign")
    assert sdk.flags() == {}


@pytest.mark.parametrize(
    "path", ["/flags", "/flags/", "/flags/?v=2&ip=0&_=17", "/flags?v=3", "/flags?v=4"]
)
def test_flags__any_form_of_the_url__are_answered(sdk, checkout, path):
    assert set(sdk.flags(path=path)) == {"checkout-redesign"}


@pytest.mark.parametrize("name", ["token", "api_key", "$token"])
def test_token__under_any_name__is_accepted(sdk, project, checkout, name):
    body = json.dumps({name: project.api_token, "$distinct_id": "user_1"})
    assert sdk.send(body).json()["flags"]["checkout-redesign"]["variant"] == "control"


def test_flags__without_version_and_config__carry_the_configuration(sdk, checkout):
    answer = sdk.ask(path="/flags/").json()
    assert answer["supportedCompression"] == ["gzip", "gzip-js"]
    assert "flags" in answer


def test_flags__asked_with_config__carry_it(sdk, checkout):
    answer = sdk.ask(path="/flags/?v=2&config=true").json()
    assert answer["hasFeatureFlags"] is True
    assert "hasFeatureFlags" not in sdk.ask().json()


def test_flags__of_version_1__are_values_and_payloads(sdk, project, checkout):
    factories.make_flag(project, "off", filters={"groups": []})
    filters = MINIMAL | {"payloads": {"true": "5"}}
    factories.make_flag(project, "on", filters=filters)
    answer = sdk.ask(path="/flags/?v=1").json()
    assert answer["featureFlags"] == {"checkout-redesign": "control", "off": False, "on": True}
    assert answer["featureFlagPayloads"] == {"on": "5"}
    assert sdk.ask(path="/flags/?config=true").json()["featureFlags"] == answer["featureFlags"]


def test_decide__each_version__has_its_form(sdk, project, checkout):
    factories.make_flag(project, "off", filters={"groups": []})
    assert sdk.ask(path="/decide/").json()["featureFlags"] == ["checkout-redesign"]
    assert sdk.ask(path="/decide/?v=1").json()["featureFlags"] == ["checkout-redesign"]
    assert sdk.ask(path="/decide?v=2").json()["featureFlags"] == {"checkout-redesign": "control"}
    third = sdk.ask(path="/decide/?v=3").json()
    assert third["featureFlags"] == {"checkout-redesign": "control", "off": False}
    assert third["hasFeatureFlags"] is True
    assert set(sdk.ask(path="/decide/?v=4").json()["flags"]) == {"checkout-redesign", "off"}


def test_flags__properties_of_the_request__decide(sdk, project):
    wanted = {"key": "plan", "value": "pro", "operator": "exact", "type": "person"}
    factories.make_flag(project, "pro", filters={"groups": [{"properties": [wanted]}]})
    assert sdk.values(person_properties={"plan": "pro"}) == {"pro": True}
    assert sdk.values(person_properties={"plan": None}) == {"pro": False}


def test_flags__distinct_id__is_a_property(sdk, project):
    wanted = {"key": "distinct_id", "value": "user_1", "type": "person"}
    factories.make_flag(project, "me", filters={"groups": [{"properties": [wanted]}]})
    assert sdk.values("user_1") == {"me": True}
    assert sdk.values("user_2") == {"me": False}


def test_flags__initial_property__is_taken_from_its_counterpart(sdk, project):
    wanted = {"key": "$initial_utm_source", "value": "mail", "type": "person"}
    factories.make_flag(project, "mail", filters={"groups": [{"properties": [wanted]}]})
    assert sdk.values(person_properties={"utm_source": "mail"}) == {"mail": True}
    stated = {"utm_source": "mail", "$initial_utm_source": "ad"}
    assert sdk.values(person_properties=stated) == {"mail": False}


def test_flags__only_some_keys__are_the_only_ones(sdk, project, checkout):
    factories.make_flag(project, "other")
    assert set(sdk.flags(flag_keys_to_evaluate=["other", "unknown"])) == {"other"}


def test_flags__disabled_by_the_request__are_none(sdk, project, checkout):
    response = sdk.send(json.dumps({"token": project.api_token, "disable_flags": True}))
    assert response.json()["flags"] == {}
    assert response.json()["errorsWhileComputingFlags"] is False


@pytest.mark.parametrize("value", ["true", "1"])
def test_flags__only_those_of_surveys__are_none(sdk, checkout, value):
    path = f"/flags/?v=2&only_evaluate_survey_feature_flags={value}"
    response = sdk.ask(path=path)
    assert (response.status_code, response.json()["flags"]) == (200, {})


def test_decide__only_flags_of_surveys__are_none(sdk, checkout):
    response = sdk.ask(path="/decide/?v=3&only_evaluate_survey_feature_flags=true")
    assert response.json()["featureFlags"] == {}


def test_flags__not_only_those_of_surveys__are_all(sdk, checkout):
    path = "/flags/?v=2&only_evaluate_survey_feature_flags=false"
    assert list(sdk.flags(path=path)) == ["checkout-redesign"]


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"User-Agent": "posthog-python/7.9.12"}, {}, {"server", "all"}),
        ({"User-Agent": "Mozilla/5.0"}, {}, {"client", "all"}),
        ({"User-Agent": "posthog-ios/3"}, {}, {"client", "all"}),
        ({"Origin": "https://shop.example"}, {}, {"client", "all"}),
        ({}, {}, {"all"}),
        ({}, {"evaluation_runtime": "server"}, {"server", "all"}),
        ({}, {"evaluation_runtime": "all"}, {"server", "client", "all"}),
    ],
)
def test_flags__of_a_runtime__are_served_to_it_alone(sdk, project, headers, body, expected):
    for runtime in ("server", "client", "all"):
        factories.make_flag(project, runtime, evaluation_runtime=runtime)
    assert set(sdk.flags(headers=headers, **body)) == expected


def test_flags__of_evaluation_contexts__are_served_to_those_who_share_one(sdk, project):
    factories.make_flag(project, "docs", evaluation_contexts=["docs"])
    factories.make_flag(project, "any")
    assert set(sdk.flags(evaluation_contexts=["app"])) == {"any"}
    assert set(sdk.flags(evaluation_contexts=["app", "docs"])) == {"any", "docs"}
    assert set(sdk.flags(evaluation_contexts=[])) == {"any", "docs"}


@pytest.mark.parametrize("distinct_id", [123, 1.5, "", "x" * 1000, "🦔", "a\x00b", "\ud800"])
def test_distinct_id__of_any_kind__is_answered(sdk, checkout, distinct_id):
    assert sdk.ask(distinct_id).status_code == 200


def test_distinct_id__number__is_its_text(sdk, project):
    factories.make_flag(project, "a")
    assert sdk.values(1)["a"] == sdk.values("1")["a"]


def test_flag__changed__is_served_at_the_next_request(sdk, client, project, checkout):
    assert sdk.values("user_1") == {"checkout-redesign": "control"}
    url = f"/api/projects/{project.pk}/feature_flags/{checkout.pk}/"
    filters = MINIMAL | {"multivariate": {"variants": [{"key": "new", "rollout_percentage": 100}]}}
    client.patch(url, {"filters": filters}, format="json")
    shown = sdk.flags("user_1")["checkout-redesign"]
    assert (shown["variant"], shown["metadata"]["version"]) == ("new", 2)
    client.patch(url, {"active": False}, format="json")
    assert sdk.values("user_1") == {}


def test_flags__encrypted_payload__is_a_placeholder(sdk, project, client):
    created = client.post(
        f"/api/projects/{project.pk}/feature_flags/",
        {
            "key": "secret",
            "is_remote_configuration": True,
            "has_encrypted_payloads": True,
            "filters": MINIMAL | {"payloads": {"true": '"hidden"'}},
        },
        format="json",
    )
    assert created.status_code == 201
    assert "encrypted" in sdk.flags()["secret"]["metadata"]["payload"]


def test_flag__written_broken_into_the_database__fails_alone(sdk, project, checkout):
    factories.make_flag(project, "broken", filters={"groups": "none"})
    answer = sdk.ask().json()
    assert answer["errorsWhileComputingFlags"] is True
    assert answer["flags"]["broken"]["failed"] is True
    assert answer["flags"]["checkout-redesign"]["enabled"] is True


def test_flags__holdout_member__gets_the_holdout_variant(sdk, project):
    filters = MINIMAL | {"holdout": {"id": 7, "exclusion_percentage": 10}}
    factories.make_flag(project, "held", filters=filters)
    shown = sdk.flags("user-31")["held"]
    assert (shown["enabled"], shown["variant"]) == (True, "holdout-7")
    assert shown["reason"]["code"] == "holdout_condition_value"
