import json

import pytest
from rest_framework.test import APIClient

from experiments.models import Experiment

# What is asked for like this, the framework writes.
BY_THE_FRAMEWORK = {"Accept": "application/json; charset=utf-8"}
DEEP = 300


def _nested(depth):
    document = {}
    for _ in range(depth):
        document = {"a": document}
    return document


@pytest.fixture
def show(client, experiment):
    """Return a function that writes a document into an experiment and reads the experiment."""
    # Takes what no service would write.
    plain = APIClient()
    plain.credentials(**client._credentials)

    def shown(document, **headers):
        Experiment.objects.filter(pk=experiment.pk).update(parameters=document)
        url = f"/api/projects/{experiment.project_id}/experiments/{experiment.pk}/"
        return plain.get(url, headers=headers).content

    return shown


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"text": 'é \u2028\u2029 \x7f \x01 "\\/\b\n'}, id="characters"),
        pytest.param({"numbers": [1, 1.0, -0.0, 0.1, 2**53 + 1, 123456789.125]}, id="numbers"),
        pytest.param({"whole": [2**63 - 1, -(2**63), 2**64, 10**40]}, id="beyond_64_bits"),
        pytest.param({"": None, "a": [True, False, [], {}]}, id="constants"),
        pytest.param(_nested(DEEP), id="deep"),
    ],
)
def test_json__any_document__same_bytes_as_the_framework(show, document):
    assert show(document) == show(document, **BY_THE_FRAMEWORK)


@pytest.mark.parametrize("number", [1e-7, 1e-5, 1.5e-300, 1e22, -1e-9])
def test_json__number_with_an_exponent__same_number(show, number):
    assert json.loads(show({"number": number}))["parameters"] == {"number": number}
