"""Whatever a body can name by its id: another tenant's does not exist, in any writable field."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import models
from rest_framework.relations import ManyRelatedField, RelatedField
from rest_framework.serializers import BaseSerializer, ListSerializer, ModelSerializer, Serializer
from rest_framework.test import APIRequestFactory

from actions.models import Action
from cohorts.models import Cohort
from tenants.access import Access
from tenants.models import Membership, Organization
from tenants.selectors import find_project_membership
from tenants.services import create_role
from tests import factories
from tests.hostile.test_writable_fields import body_for, fields_of, filled, writing_operations
from tests.looping import in_one_test
from tests.test_house_rules import PACKAGES
from users.models import User

_NAMES_A_ROW = re.compile(
    r"(^|_)(ids?|uuids?|users?|members?|membership|roles?|teams?|projects?|organizations?|cohorts?)$"
)


def serializer_classes() -> list[type[BaseSerializer]]:
    """Return every serializer of ours, wherever it is defined."""
    for package in PACKAGES:
        module = importlib.import_module(package)
        for found in pkgutil.walk_packages(module.__path__, f"{package}."):
            if "serializers" in found.name or found.name.endswith((".fields", ".estimates")):
                importlib.import_module(found.name)
    known, waiting = {}, [Serializer]
    while waiting:
        for each in waiting.pop().__subclasses__():
            waiting.append(each)
            is_whole = hasattr(each, "Meta") or not issubclass(each, ModelSerializer)
            if each.__module__.partition(".")[0] in PACKAGES and is_whole:
                known[f"{each.__module__}.{each.__qualname__}"] = each
    return [known[name] for name in sorted(known)]


SERIALIZERS = serializer_classes()


def relations_of(serializer: BaseSerializer, path: str = "") -> Iterator[tuple[str, RelatedField]]:
    """Yield every field that a body can write a row's id into, with its path."""
    if isinstance(serializer, ListSerializer):
        serializer = serializer.child
    for name, field in getattr(serializer, "fields", {}).items():
        if field.read_only:
            continue
        place = f"{path}{name}"
        if isinstance(field, ManyRelatedField):
            yield place, field.child_relation
        elif isinstance(field, RelatedField):
            yield place, field
        elif isinstance(field, BaseSerializer):
            yield from relations_of(field, f"{place}.")


@pytest.fixture
def world(mallory, foreign_project, db) -> SimpleNamespace:
    """Return another tenant with a row of everything that can be named, made before ours."""
    experiment = factories.make_experiment(
        foreign_project, mallory, holdout=factories.make_holdout(foreign_project, mallory)
    )
    organization = foreign_project.organization
    role = create_role(
        organization=organization,
        values={"name": "Theirs"},
        actor=mallory,
        now=experiment.created_at,
    )
    rows = {
        "experiment": experiment,
        "flag": experiment.feature_flag,
        "holdout": experiment.holdout,
        "saved metric": factories.make_saved_metric(foreign_project, mallory),
        "action": Action.objects.create(project=foreign_project, name="Theirs"),
        "cohort": Cohort.objects.create(project=foreign_project, name="Theirs"),
        "role": role,
        "membership": mallory.memberships.get(),
        "project": foreign_project,
        "organization": organization,
        "user": mallory,
    }
    theirs = {model: set(model.objects.values_list("pk", flat=True)) for model in apps.get_models()}
    return SimpleNamespace(rows=rows, theirs=theirs)


@pytest.fixture
def context(world, project, ada) -> dict[str, object]:
    """Return what views give their serializers, for a caller of ours."""
    membership = find_project_membership(user=ada, project=project)
    request = APIRequestFactory().post("/")
    request.user = ada
    access = Access(project=project, membership=membership)
    view = SimpleNamespace(
        project=project, organization=project.organization, access=access, membership=membership
    )
    return {
        "request": request,
        "project": project,
        "organization": project.organization,
        "access": access,
        "membership": membership,
        "view": view,
    }


@in_one_test("serializer_class", SERIALIZERS, ids=lambda each: each.__name__)
def test_relations__of_any_serializer__rows_of_others_do_not_exist(
    world, context, serializer_class
):
    for path, field in relations_of(serializer_class(context=context)):
        queryset = field.get_queryset()
        theirs = world.theirs[queryset.model]
        assert theirs, f"{path}: let the world have a {queryset.model.__name__} of others"
        found = set(queryset.values_list("pk", flat=True))
        assert not found & theirs, f"{serializer_class.__name__}.{path} takes rows of others"


def test_relations__known_ones__looked_at(context):
    paths = {path for each in SERIALIZERS for path, _ in relations_of(each(context=context))}

    assert {"holdout_id", "bypass_roles", "organization_member", "role"} <= paths


def tenant_of(row: models.Model, depth: int = 3) -> int | None:
    """Return the id of the project that a row belongs to, directly or through another row."""
    if getattr(row, "project_id", None) is not None:
        return row.project_id
    for field in row._meta.concrete_fields if depth else ():
        if field.many_to_one and field.remote_field.model is not User:
            other = getattr(row, field.name)
            if other is not None and (found := tenant_of(other, depth - 1)) is not None:
                return found
    return None


def strays() -> list[str]:
    """Return every reference from a row of one project to a row of another."""
    found = []
    for model in apps.get_models():
        links = [field for field in model._meta.concrete_fields if field.many_to_one]
        for row in model.objects.all() if links else ():
            for link in links:
                other = getattr(row, link.name)
                tenants = {tenant_of(row), other and tenant_of(other)} - {None}
                if len(tenants) > 1:
                    found.append(f"{model.__name__}.{link.name}")
    return found


def spellings(row: models.Model) -> list[object]:
    """Return how a body can name a row, alone and in a list."""
    name = row.pk if isinstance(row.pk, int) else str(row.pk)
    return [name, [name], [{"id": name}], *([str(row.uuid)] if hasattr(row, "uuid") else [])]


def tried_fields(method: str, template: str) -> list[str]:
    return [name for name in fields_of(method, template) if _NAMES_A_ROW.search(name)]


NAMING = [pair for pair in writing_operations() if tried_fields(*pair)]


@pytest.mark.parametrize(("method", "template"), NAMING)
def test_relations__of_any_operation__nothing_of_others_is_linked_or_shown(
    world,
    ids,
    admin,
    method,
    template,
):
    for name in tried_fields(method, template):
        for row in world.rows.values():
            for number, value in enumerate(spellings(row)):
                body = body_for(template) | {name: value}
                if "feature_flag_key" in body:
                    body["feature_flag_key"] = f"own-{name}-{number}"
                response = admin.generic(
                    method.upper(), filled(template, ids), json.dumps(body), "application/json"
                )
                assert response.status_code < 500
                assert "Theirs" not in response.content.decode()
                assert "mallory" not in response.content.decode()

    assert strays() == []
    outsiders = Membership.objects.exclude(user__email="mallory@example.org")
    assert not outsiders.filter(organization=world.rows["organization"]).exists()
    assert Organization.objects.get(pk=world.rows["organization"].pk).memberships.count() == 1
