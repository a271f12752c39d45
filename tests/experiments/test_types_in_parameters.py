"""What is in `parameters` is shown as the document says, whatever was sent."""

import pytest

from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.paths import collection
from tests.feature_flags.paths import path_of

CONTROL, TEST = factories.TWO_VARIANTS
NUMBERS = ("minimum_detectable_effect", "recommended_running_time", "recommended_sample_size")


@pytest.fixture
def post(client, project):
    def send(**values):
        return client.post(
            collection(project), {"name": "Checkout", "feature_flag_key": "a"} | values
        )

    return send


@pytest.fixture(params=["draft", "launched"])
def place(request, client, project, post):
    made = post(parameters={"feature_flag_variants": [CONTROL, TEST]}).json()
    url = f"{collection(project)}{made['id']}/"
    if request.param == "launched":
        assert client.post(f"{url}launch/").status_code == 200
    return url


@pytest.mark.parametrize("name", [False, 7, [], {}], ids=str)
def test_variants__name_that_is_no_text__refused(client, place, name):
    variants = [CONTROL | {"name": name}, TEST]

    response = client.patch(place, {"parameters": {"feature_flag_variants": variants}})

    assert_invalid(response, "parameters")


def test_feature_flag__name_that_is_no_text__refused(post):
    variants = [CONTROL | {"name": False}, TEST]

    response = post(feature_flag={"filters": {"multivariate": {"variants": variants}}})

    assert_invalid(response, "feature_flag")
    assert not FeatureFlag.objects.exists()


@pytest.mark.usefixtures("place")
def test_flag__name_that_is_no_text__refused_unless_it_is_stored(client):
    flag = FeatureFlag.objects.get()
    multivariate = {"variants": [CONTROL | {"name": False}, TEST]}
    sent = flag.filters | {"multivariate": multivariate}

    assert_invalid(client.patch(path_of(flag), {"filters": sent}), "filters")

    FeatureFlag.objects.update(filters=sent)
    kept = sent | {"payloads": {"test": "1"}}
    flag.refresh_from_db()
    flag.experiments.all().delete()
    assert client.patch(path_of(flag), {"filters": kept}).status_code == 200


@pytest.mark.parametrize("value", [False, "30", {"a": 1}], ids=str)
@pytest.mark.parametrize("name", NUMBERS)
def test_parameters__for_the_calculator__kept_as_sent(client, place, name, value):
    parameters = {"feature_flag_variants": [CONTROL, TEST], name: value}

    assert client.patch(place, {"parameters": parameters}).json()["parameters"] == parameters
