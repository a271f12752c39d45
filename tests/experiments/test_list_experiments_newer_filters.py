import pytest

from actions.models import Action
from experiments.models import Experiment
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.paths import collection
from tests.looping import in_one_test


@pytest.fixture
def _others(project, ada):
    for name in ("one", "two"):
        factories.make_experiment(project, ada, name=name)


pytestmark = pytest.mark.usefixtures("_others")


@pytest.mark.parametrize(
    ("name", "search"),
    [
        ("Größe", "GRÖSSE"),
        ("ΟΔΟΣ", "οδος"),
        ("ΟΔΟΣ", "οδοσ"),
        ("ЮЖЦ", "южц"),
        ("ÉTÉ", "été"),
        ("5 \N{KELVIN SIGN}", "5 k"),
        ("İstanbul", "i\N{COMBINING DOT ABOVE}STANBUL"),
        ("\N{DESERET CAPITAL LETTER LONG I}", "\N{DESERET SMALL LETTER LONG I}"),
    ],
    ids=["sharp s", "final sigma", "sigma", "cyrillic", "accents", "kelvin", "dot", "astral"],
)
def test_list_filters__search__case_folded_for_all_of_unicode(client, project, ada, name, search):
    factories.make_experiment(project, ada, name=f"The {name} page")

    for text in (search, name):
        assert _names(client.get(collection(project), {"search": text})) == {f"The {name} page"}


def test_list_filters__search__part_of_the_flags_key(client, project, ada):
    factories.make_experiment(project, ada, name="Red", feature_flag_key="Checkout-Flow")

    for search in ("checkout-f", "FLOW"):
        assert _names(client.get(collection(project), {"search": search})) == {"Red"}


def test_list_filters__created_by_a_json_list__all_theirs(client, project, ada, grace, mallory):
    Experiment.objects.update(created_by=mallory)
    for user in (ada, grace, mallory):
        factories.make_experiment(project, user, name=user.email)

    for ids in (f"[{ada.pk}, {grace.pk}]", f'["{ada.pk}","{grace.pk}"]', f"{ada.pk}, {grace.pk}"):
        response = client.get(collection(project), {"created_by_id": ids})

        assert _names(response) == {ada.email, grace.email}


def test_list_filters__holdout__those_in_it(client, project, ada, holdout):
    factories.make_experiment(project, ada, name="held", holdout=holdout)

    response = client.get(collection(project), {"holdout_id": holdout.pk})

    assert _names(response) == {"held"}


def test_list_filters__saved_metric__those_that_use_it_once_each(client, project, ada):
    metrics = [factories.make_saved_metric(project, ada) for _ in range(2)]
    links = [{"id": metric.pk} for metric in metrics]
    factories.make_experiment(project, ada, name="measured", saved_metrics_ids=links)

    for ids in (str(metrics[0].pk), f"{metrics[0].pk},{metrics[1].pk}"):
        response = client.get(collection(project), {"saved_metric_id": ids})

        assert _names(response) == {"measured"}
        assert response.json()["count"] == 1


def test_list_filters__event__those_with_a_metric_about_it(client, project, ada):
    saved = factories.make_saved_metric(project, ada)
    factories.make_experiment(project, ada, name="inline", metrics=[factories.MEAN_METRIC])
    factories.make_experiment(
        project, ada, name="secondary", metrics_secondary=[factories.MEAN_METRIC]
    )
    factories.make_experiment(project, ada, name="linked", saved_metrics_ids=[{"id": saved.pk}])
    factories.make_experiment(project, ada, name="other", metrics=[factories.FUNNEL_METRIC])

    shown = {
        event: _names(client.get(collection(project), {"event": event}))
        for event in ("$pageview", "signed up", "$page", "'", "\x00")
    }

    assert shown["$pageview"] == {"inline", "secondary", "linked"}
    assert shown["signed up"] == {"other"}
    assert shown["$page"] == shown["'"] == shown["\x00"] == set()


@pytest.mark.parametrize("spelling", [int, str])
def test_list_filters__event_of_an_action__those_about_the_action(client, project, ada, spelling):
    action, other = (
        Action.objects.create(project=project, name=name, steps=[{"event": name}])
        for name in ("paid", "left")
    )
    metric = factories.MEAN_METRIC | {"source": {"kind": "ActionsNode", "id": spelling(action.pk)}}
    unlike = factories.MEAN_METRIC | {"source": {"kind": "ActionsNode", "id": other.pk}}
    saved = factories.make_saved_metric(project, ada, query=metric)
    factories.make_experiment(project, ada, name="inline", metrics=[metric])
    factories.make_experiment(project, ada, name="linked", saved_metrics_ids=[{"id": saved.pk}])
    factories.make_experiment(project, ada, name="unlike", metrics=[unlike])
    metrics = f"/api/projects/{project.pk}/experiment_saved_metrics/"

    assert _names(client.get(collection(project), {"event": "paid"})) == {"inline", "linked"}
    assert client.get(metrics, {"event": "paid"}).json()["count"] == 1
    assert client.get(metrics, {"event": "left"}).json()["count"] == 0


def test_list_filters__prompt__those_made_from_it(client, project, ada):
    parameters = {"prompt_metadata": {"name": "Greeting"}}
    factories.make_experiment(project, ada, name="prompted", parameters=parameters)

    response = client.get(collection(project), {"prompt_name": "Greeting"})

    assert _names(response) == {"prompted"}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"tags": '["a"]'}, 0),
        ({"tags": "[]"}, 2),
        ({"excluded_tags": '["a"]'}, 2),
        ({"status": "exposure_frozen"}, 0),
    ],
    ids=str,
)
def test_list_filters__of_newer_clients__by_what_is_here(client, project, query, count):
    assert client.get(collection(project), query).json()["count"] == count


@in_one_test("query", [{"tags": "a"}, {"excluded_tags": "{}"}], ids=str)
def test_list_filters__tags_are_no_list__refused(client, project, query):
    assert_invalid(client.get(collection(project), query), None)


def _names(response) -> set[str]:
    return {experiment["name"] for experiment in response.json()["results"]}
