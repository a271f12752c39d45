import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from cohorts.models import CohortCalculation, CohortMember
from feature_flags.models import FlagCohort, FlagDependency
from tenants.models import AccessControl, ProjectSecretAPIKey, Role, RoleMembership
from tests import factories
from tests.client import Client
from tests.looping import in_one_test
from users.models import PersonalAPIKey, User

SERVER_APPS = [
    "users",
    "tenants",
    "activity",
    "actions",
    "annotations",
    "cohorts",
    "feature_flags",
    "scheduled_changes",
    "holdouts",
    "saved_metrics",
    "experiments",
]
LIBRARIES = ("django.", "axes.")
OURS = [model for model in apps.get_models() if not model.__module__.startswith(LIBRARIES)]
# A link is between two things; the others are looked at with one row each.
MODELS = [
    model
    for label in SERVER_APPS
    for model in apps.get_app_config(label).get_models()
    if model not in (CohortMember, FlagCohort, FlagDependency)
]
READ_ONLY = [
    model
    for model in MODELS
    if model._meta.app_label
    in (
        *("actions", "annotations", "cohorts", "feature_flags", "scheduled_changes", "holdouts"),
        *("saved_metrics", "experiments"),
    )
]


def name_of(model):
    return model._meta.label_lower


@pytest.fixture
def browser(db):
    user = User.objects.create_superuser("root@example.com", None)
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def _rows(project, ada, grace, holdout, saved_metric):
    links = [{"id": saved_metric.pk}]
    schedule = {"launch_at": "2030-01-01T00:00:00Z"}
    experiment = factories.make_experiment(
        project, ada, holdout=holdout, saved_metrics_ids=links, scheduling_config=schedule
    )
    factories.make_scheduled_change(experiment.feature_flag, ada)
    factories.make_key(grace)
    cohort = factories.make_cohort(project, ada)
    CohortCalculation.objects.create(
        cohort=cohort, source="cohort", source_id=1, started_at=cohort.created_at
    )
    ProjectSecretAPIKey.objects.create(project=project, label="backend", mask_value="phs_...abcd")
    factories.make_action(project, ada)
    factories.make_annotation(project, ada)
    role = Role.objects.create(organization=project.organization, name="Release")
    RoleMembership.objects.create(role=role, user=grace)
    AccessControl.objects.create(
        project=project, resource="project", role=role, access_level="admin"
    )


def page(model, kind, *arguments):
    options = model._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_{kind}", args=arguments)


def test_admin__every_model_of_the_server__registered():
    assert [name_of(model) for model in OURS if not admin.site.is_registered(model)] == []


@in_one_test("model", OURS, ids=name_of)
@in_one_test("query", ["", "?q=shop&o=1.-2&p=0", "?q=%00"])
@pytest.mark.usefixtures("_rows")
def test_admin__list_of_rows__shown(browser, model, query):
    response = browser.get(page(model, "changelist") + query)

    assert response.status_code == 200


@in_one_test("model", MODELS, ids=name_of)
@pytest.mark.usefixtures("_rows")
def test_admin__one_row__shown(browser, model):
    row = model.objects.first()

    response = browser.get(page(model, "change", row.pk))

    assert response.status_code == 200


@in_one_test("model", READ_ONLY, ids=name_of)
@pytest.mark.usefixtures("_rows")
def test_admin__row_that_services_write__cannot_be_added(browser, model):
    assert browser.get(page(model, "add")).status_code == 403


@in_one_test("model", READ_ONLY, ids=name_of)
@pytest.mark.usefixtures("_rows")
def test_admin__row_that_services_write__cannot_be_changed(browser, model):
    row = model.objects.get()
    before = model.objects.values().get()

    response = browser.post(page(model, "change", row.pk), {"name": "Changed", "key": "changed"})

    assert response.status_code == 403
    assert model.objects.values().get() == before


@in_one_test("model", READ_ONLY, ids=name_of)
@pytest.mark.usefixtures("_rows")
def test_admin__row_that_services_write__cannot_be_deleted(browser, model):
    row = model.objects.get()

    response = browser.post(page(model, "delete", row.pk), {"post": "yes"})

    assert response.status_code == 403
    assert model.objects.count() == 1


@in_one_test("model", READ_ONLY, ids=name_of)
@pytest.mark.usefixtures("_rows")
def test_admin__rows_that_services_write__no_bulk_delete(browser, model):
    data = {
        "action": "delete_selected",
        "_selected_action": [model.objects.get().pk],
        "post": "yes",
    }

    browser.post(page(model, "changelist"), data)

    assert model.objects.count() == 1


def test_admin__key__cannot_be_added(browser):
    assert browser.get(page(PersonalAPIKey, "add")).status_code == 403


@in_one_test("kind", ["changelist", "change", "delete", "history"])
@pytest.mark.usefixtures("_rows")
def test_admin__key__hash_nowhere_to_be_seen(browser, kind):
    key = PersonalAPIKey.objects.get()
    arguments = [] if kind == "changelist" else [key.pk]

    text = browser.get(page(PersonalAPIKey, kind, *arguments)).content.decode()

    assert key.label in text
    assert key.secure_value not in text
    assert "sha256$" not in text


@pytest.mark.usefixtures("_rows")
def test_admin__user__password_hash_nowhere_to_be_seen(browser):
    root = User.objects.get(email="root@example.com")
    root.set_password("hunter22")
    root.save()

    text = browser.get(page(User, "change", root.pk)).content.decode()

    assert root.password not in text
    assert not re.search(r"[A-Za-z0-9+/]{60,}==", text)


def test_admin__user_who_is_no_staff__sent_to_the_login(ada):
    browser = Client()
    browser.force_login(ada)

    response = browser.get(page(User, "changelist"))

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/admin/login/")


def test_admin__password__logs_in(db):
    User.objects.create_superuser("root@example.com", "hunter22")
    stranger = Client()

    response = stranger.post(
        "/admin/login/?next=/admin/", {"username": "root@example.com", "password": "hunter22"}
    )

    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")
    assert stranger.get("/admin/").status_code == 200


def test_admin__new_user__added(browser):
    data = {
        "email": "alan@example.com",
        "usable_password": "true",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
    }

    response = browser.post(page(User, "add"), data)

    assert response.status_code == 302
    assert User.objects.get(email="alan@example.com").check_password("correct horse battery")
