from datetime import timedelta

from experiments.models import Experiment
from holdouts.models import Holdout
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.factories import (
    FUNNEL_METRIC,
    MEAN_METRIC,
    change_experiment,
    make_experiment,
    make_flag,
    make_key,
)
from tests.looping import in_one_test

FORM = b"name=Checkout&feature_flag_key=checkout"


def url(project, resource="experiments", pk=None):
    return f"/api/projects/{project.pk}/{resource}/" + ("" if pk is None else f"{pk}/")


def three_variants():
    keys = [("control", 40), ("test", 30), ("other", 30)]
    return [{"key": key, "rollout_percentage": share} for key, share in keys]


# Quirk: form-under-json
def test_create__form_under_json__read_as_form(client, project):
    response = client.generic("POST", url(project), FORM, content_type="application/json")

    assert response.status_code == 201
    assert response.json()["feature_flag_key"] == "checkout"


# Quirk: strict-json
@in_one_test("body", [b'{"name": NaN}', b'{"name": 1e999}', b'{"name": "a", "name": "b"}'])
def test_create__not_strict_json__parse_error(client, project, body):
    response = client.generic("POST", url(project), body, content_type="application/json")

    assert_error(response, 400, "parse_error")


# Quirk: body-limit
def test_create__body_too_large__refused(client, project, settings):
    settings.MAX_BODY_BYTES = 1000

    response = client.post(url(project), {"name": "x" * 1000, "feature_flag_key": "x"})

    assert_error(response, 413, "request_too_large")


# Quirk: clean-refusals
@in_one_test(
    ("resource", "body", "attr"),
    [
        ("experiment_holdouts", {"name": "H", "filters": "all"}, "filters"),
        (
            "experiments",
            {"name": "E", "feature_flag_key": "e", "saved_metrics_ids": [{"id": "one"}]},
            "saved_metrics_ids",
        ),
        (
            "experiments",
            {
                "name": "E",
                "feature_flag_key": "e",
                "parameters": {"feature_flag_variants": ["control"]},
            },
            "parameters",
        ),
    ],
    ids=["holdout filters", "link id", "variant"],
)
def test_create__input_that_crashes_elsewhere__refused(client, project, resource, body, attr):
    response = client.post(url(project, resource), body)

    assert_invalid(response, attr)


# Quirk: www-authenticate
def test_list__no_credentials__challenge_sent(anonymous, project):
    response = anonymous.get(url(project))

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


# Quirk: keys-without-scopes
def test_list__key_without_scopes__forbidden(client, ada, project):
    ada.personal_api_keys.update(scopes=[])

    response = client.get(url(project))

    assert_error(response, 403, "permission_denied")


# Quirk: no-legacy-key-hashes
def test_list__key_kept_as_pbkdf2__unknown(ada, project):
    hashed = (
        "pbkdf2_sha256$260000$posthog_personal_api_key$dUOOjl6bYdigHd+QfhYzN6P2vM01ZbFROS8dm9KRK7Y="
    )
    make_key(ada)
    ada.personal_api_keys.update(secure_value=hashed)

    response = DocumentedClient("phx_0a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p").get(url(project))

    assert_error(response, 401, "authentication_failed")


# Quirk: cors-credentials
def test_preflight__any_origin__allowed_without_credentials(anonymous, project):
    response = anonymous.options(
        url(project), HTTP_ORIGIN="https://shop.example", HTTP_ACCESS_CONTROL_REQUEST_METHOD="GET"
    )

    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers


# Quirk: holdout-without-filters
def test_create_holdout__only_a_name__excludes_nobody(client, project):
    response = client.post(url(project, "experiment_holdouts"), {"name": "Everyone"})

    assert response.status_code == 201
    assert Holdout.objects.get().filters[0]["rollout_percentage"] == 0


# Quirk: saved-metrics-ids-are-shown
# Quirk: link-without-metadata
def test_create__link_without_metadata__shown_as_primary(client, project, saved_metric):
    body = {"name": "E", "feature_flag_key": "e", "saved_metrics_ids": [{"id": saved_metric.pk}]}

    response = client.post(url(project), body)

    assert response.json()["saved_metrics_ids"] == [
        {"id": saved_metric.pk, "metadata": {"type": "primary"}}
    ]


# Quirk: folder-is-shown
def test_create__folder__shown(client, project):
    body = {"name": "E", "feature_flag_key": "e", "_create_in_folder": "Growth/2026"}

    response = client.post(url(project), body)

    assert response.json()["_create_in_folder"] == "Growth/2026"


# Quirk: read-modify-write
def test_update__whole_object_written_back__accepted(client, project, running_experiment):
    path = url(project, pk=running_experiment.pk)
    read = client.get(path).json()

    response = client.put(path, read)

    assert response.status_code == 200
    assert response.json() | {"updated_at": None} == read | {"updated_at": None}


# Quirk: parameters-without-variants
def test_update__parameters_without_variants__flag_keeps_its_own(client, ada, project):
    parameters = {"feature_flag_variants": three_variants()}
    experiment = make_experiment(project, ada, parameters=parameters)

    client.patch(url(project, pk=experiment.pk), {"parameters": {"minimum_detectable_effect": 5}})

    experiment.feature_flag.refresh_from_db()
    assert experiment.feature_flag.filters["multivariate"]["variants"] == three_variants()


# Quirk: variant-keys-are-unique
def test_create__variant_key_twice__refused(client, project):
    variants = [*three_variants()[:2], {"key": "test", "rollout_percentage": 30}]
    body = {
        "name": "E",
        "feature_flag_key": "e",
        "parameters": {"feature_flag_variants": variants},
    }

    response = client.post(url(project), body)

    assert_invalid(response, "parameters")


# Quirk: deleted-flags-are-not-adopted
def test_create__key_of_deleted_flag__new_flag(client, project):
    deleted = make_flag(project, "checkout", deleted=True)

    response = client.post(url(project), {"name": "E", "feature_flag_key": "checkout"})

    assert response.status_code == 201
    assert response.json()["feature_flag"]["id"] != deleted.pk


# Quirk: newer-metric-keys
def test_create__newer_metric_keys__accepted(client, project):
    metric = MEAN_METRIC | {"threshold": 3}

    response = client.post(
        url(project), {"name": "E", "feature_flag_key": "e", "metrics": [metric]}
    )

    assert response.status_code == 201
    assert response.json()["metrics"][0]["threshold"] == 3


# Quirk: ignored-fields
def test_create__fields_of_newer_clients__ignored(client, project):
    body = {"allow_unknown_events": True, "update_feature_flag_params": True}

    response = client.post(
        url(project),
        body | {"name": "E", "feature_flag_key": "e", "metrics": [FUNNEL_METRIC]},
    )

    assert response.status_code == 201
    assert not body.keys() & response.json().keys()


# Quirk: environments-alias
def test_retrieve__environments_prefix__same_answer(client, project, experiment):
    path = url(project, pk=experiment.pk)

    response = client.get(path.replace("projects", "environments"))

    assert response.json() == client.get(path).json()


# Quirk: patch-on-collection
def test_patch_collection__key_that_may_write__not_allowed(client, project):
    assert_error(client.patch(url(project), {}), 405, "method_not_allowed")
    assert_error(client.put(url(project), {}), 403, "permission_denied")


# Quirk: tags-do-not-touch
def test_update_saved_metric__only_tags__updated_at_stays(client, project, saved_metric):
    response = client.patch(
        url(project, "experiment_saved_metrics", saved_metric.pk), {"tags": ["north star"]}
    )

    assert response.json()["tags"] == ["north star"]
    before = saved_metric.updated_at
    saved_metric.refresh_from_db()
    assert saved_metric.updated_at == before


# Quirk: any-other-type-is-secondary
def test_create__link_of_unknown_type__counts_as_secondary(client, project, saved_metric):
    links = [{"id": saved_metric.pk, "metadata": {"type": "tertiary"}}]

    response = client.post(
        url(project), {"name": "E", "feature_flag_key": "e", "saved_metrics_ids": links}
    )

    assert response.json()["secondary_metrics_ordered_uuids"] == [saved_metric.query["uuid"]]


# Quirk: adopted-flag-stays-as-it-is
def test_create__existing_flag_and_start__flag_unchanged(client, project, holdout):
    flag = make_flag(project, "checkout", active=False)
    body = {
        "name": "E",
        "feature_flag_key": "checkout",
        "start_date": "2026-01-01T00:00:00Z",
        "holdout_id": holdout.pk,
    }

    response = client.post(url(project), body)

    assert response.json()["feature_flag"]["id"] == flag.pk
    assert response.json()["feature_flag"]["active"] is False
    assert response.json()["feature_flag"]["filters"] == flag.filters


# Quirk: deleted-metric-stays-in-the-ordering
def test_delete_saved_metric__linked__uuid_stays(client, ada, project, saved_metric):
    experiment = make_experiment(project, ada, saved_metrics_ids=[{"id": saved_metric.pk}])
    change_experiment(experiment, ada, start_date=experiment.created_at - timedelta(days=1))

    client.delete(url(project, "experiment_saved_metrics", saved_metric.pk))

    stored = Experiment.objects.get()
    assert stored.primary_metrics_ordered_uuids == [saved_metric.query["uuid"]]
