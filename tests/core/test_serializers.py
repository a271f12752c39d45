from datetime import UTC, datetime

import pytest
from rest_framework.test import APIClient

from core.http.serializers import ModelSerializer
from experiments.models import Experiment
from experiments.serializers import ExperimentSerializer
from feature_flags.models import FeatureFlag
from feature_flags.serializers import FeatureFlagSerializer
from holdouts.models import Holdout
from saved_metrics.models import SavedMetric
from tests import factories
from users.models import User

WHOLE, BROKEN = (datetime(2026, 1, 2, 3, 4, 5, part, UTC) for part in (0, 60))
ODD_DOCUMENTS = [
    {"numbers": [1, 1.0, -0.0, 1e16, 1e-7, 0.1, 2**53 + 1, -(2**63)]},
    {"text": 'é \u2028\u2029 \x7f \x01 "\\/', "": None, "nested": {"a": [True, [], {}]}},
    {},
    None,
]
RESOURCES = ["experiments", "feature_flags", "experiment_holdouts", "experiment_saved_metrics"]
SHORTCUTS = ("__init__", "get_fields", "to_representation", "_writable_fields", "run_validators")
REFUSED = [
    {"name": None, "filters": 5, "query": [], "key": "?", "tags": [{}], "active": "maybe"},
    {"name": "x" * 500, "description": [], "deleted": "no", "parameters": 1, "holdout_id": "a"},
    {"name": "a\x00b", "metrics": {}, "type": 5, "start_date": "soon", "conclusion": "?"},
    {"tags": "a", "evaluation_contexts": [None], "version": "1.5", "saved_metrics_ids": [1]},
]


@pytest.fixture
def _odd_rows(project, ada, grace):
    holdout = factories.make_holdout(project, grace, description=None)
    metrics = [factories.make_saved_metric(project, ada, name=name) for name in ("a", "é")]
    links = [{"id": metric.pk, "metadata": {"type": "secondary"}} for metric in metrics]
    for number, document in enumerate(ODD_DOCUMENTS):
        experiment = factories.make_experiment(
            project,
            (ada, grace)[number % 2],
            holdout=holdout if number % 2 else None,
            saved_metrics_ids=links[: number % 3],
        )
        _make_odd(experiment, number, document)
    Experiment.objects.filter(pk=experiment.pk).update(created_by=None)
    FeatureFlag.objects.filter(pk=experiment.feature_flag_id).update(
        version=None, evaluation_runtime=None, has_encrypted_payloads=None, created_by=None
    )
    User.objects.filter(pk=grace.pk).update(hedgehog_config={"version": 2, "actor_options": {}})
    Holdout.objects.update(updated_at=BROKEN)
    SavedMetric.objects.update(created_by=None, updated_at=WHOLE)


def _make_odd(experiment, number, document):
    Experiment.objects.filter(pk=experiment.pk).update(
        **dict.fromkeys(["parameters", "stats_config", "secondary_metrics"], document),
        metrics=None if document is None else [document, factories.MEAN_METRIC, 1],
        created_at=(WHOLE, BROKEN)[number % 2],
        description=(None, "", "é")[number % 3],
        type=(None, "web", "unknown")[number % 3],
    )


@pytest.fixture
def plain_client(client):
    # Takes what no service would write, and the document does not know.
    plain = APIClient()
    plain.credentials(**client._credentials)
    return plain


@pytest.fixture
def as_the_framework(monkeypatch):
    # Lets serializers do without the shortcuts.
    def switch():
        for shortcut in SHORTCUTS:
            monkeypatch.delattr(ModelSerializer, shortcut)

    return switch


def _pages(client, project):
    shown = [
        client.get(f"/api/projects/{project.pk}/{name}/").content.decode() for name in RESOURCES
    ]
    assert min(page.count('"id":') for page in shown) > 0
    return shown


@pytest.mark.usefixtures("_odd_rows")
def test_lists__odd_rows__shown_as_the_framework_shows_them(
    plain_client, project, as_the_framework
):
    shown = _pages(plain_client, project)

    as_the_framework()

    assert shown == _pages(plain_client, project)


@pytest.mark.usefixtures("_odd_rows")
@pytest.mark.parametrize("place", range(len(ODD_DOCUMENTS)))
def test_experiment__odd_row__shown_as_the_framework_shows_it(
    plain_client, project, as_the_framework, place
):
    found = Experiment.objects.order_by("pk")[place]
    url = f"/api/projects/{project.pk}/experiments/{found.pk}/"
    shown = plain_client.get(url).content

    as_the_framework()

    assert shown == plain_client.get(url).content
    assert b'"parameters":' in shown


@pytest.mark.parametrize("form", ["json", "multipart"])
@pytest.mark.parametrize("body", REFUSED)
@pytest.mark.parametrize("resource", RESOURCES)
def test_creation__bad_values__refused_as_the_framework_refuses_them(
    client, project, as_the_framework, resource, body, form
):
    url = f"/api/projects/{project.pk}/{resource}/"
    if form == "multipart":
        body = {name: str(value) for name, value in body.items()}
    refusal = client.post(url, body, format=form)

    as_the_framework()

    assert refusal.content == client.post(url, body, format=form).content
    assert refusal.status_code == 400


@pytest.mark.parametrize("form", ["json", "multipart"])
@pytest.mark.parametrize("body", [*REFUSED, {}, {"id": 5, "created_at": "x", "unknown": 1}])
def test_change__refused_or_of_nothing__answered_as_the_framework_answers(
    client, project, ada, as_the_framework, body, form
):
    holdout = factories.make_holdout(project, ada)
    url = f"/api/projects/{project.pk}/experiment_holdouts/{holdout.pk}/"
    found = factories.make_experiment(project, ada)
    urls = [url, f"/api/projects/{project.pk}/experiments/{found.pk}/"]
    if form == "multipart":
        body = {name: str(value) for name, value in body.items()}
    answers = [_without_moments(client.patch(url, body, format=form)) for url in urls]

    as_the_framework()

    assert answers == [_without_moments(client.patch(url, body, format=form)) for url in urls]


def _without_moments(answer):
    shown = {name: value for name, value in answer.json().items() if name != "updated_at"}
    # An experiment shows tags only when it has some, a serializer always.
    if not shown.get("tags"):
        shown.pop("tags", None)
    return answer.status_code, shown


def test_fields__of_two_serializers__each_find_their_own_context(project, foreign_project):
    contexts = [{"project": project}, {"project": foreign_project}]
    serializers = [ExperimentSerializer(context=context) for context in contexts]

    fields = [
        (each.fields["holdout_id"], each.fields["saved_metrics"].child.fields["query"])
        for each in serializers
    ]

    assert [[field.context for field in pair] for pair in fields] == [
        [context, context] for context in contexts
    ]


def test_fields__items_of_a_list__are_bound_to_the_same_serializer():
    serializers = [FeatureFlagSerializer(), FeatureFlagSerializer()]

    roots = [each.fields["tags"].child.root for each in serializers]

    assert roots == serializers
