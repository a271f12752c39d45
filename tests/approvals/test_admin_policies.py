import json

import pytest
from django.urls import reverse

from approvals.models import ApprovalPolicy
from tests import factories
from tests.approvals.changes import LAUNCH
from tests.approvals.paths import member
from tests.client import Client
from users.models import User


@pytest.fixture
def send(organization):
    browser = Client()
    browser.force_login(User.objects.create_superuser("root@example.com", "hunter22"))

    def post(**values):
        form = {
            "organization": organization.pk,
            "action_key": "feature_flag.enable",
            "conditions": "{}",
            "approver_config": '{"quorum": 1}',
            "bypass_org_membership_levels": "[]",
            "expires_after": "14 00:00:00",
            "enabled": "on",
        }
        return browser.post(reverse("admin:approvals_approvalpolicy_add"), form | values)

    return post


def test_policy_form__organization_wide__made_and_gates(send, client, experiment):
    response = send(bypass_org_membership_levels='["8", 15]')

    assert response.status_code == 302
    made = ApprovalPolicy.objects.get()
    assert (made.project, made.bypass_org_membership_levels) == (None, [8, 15])
    assert client.patch(member(experiment), LAUNCH).status_code == 409


@pytest.mark.parametrize("field", ["conditions", "bypass_org_membership_levels"])
def test_policy_form__nothing_said__empty(send, field):
    assert send(**{field: ""}).status_code == 302

    assert not getattr(ApprovalPolicy.objects.get(), field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("conditions", [1]),
        ("conditions", "text"),
        ("conditions", {"value": "\x00"}),
        ("approver_config", {}),
        ("approver_config", [1]),
        ("approver_config", {"quorum": 0}),
        ("approver_config", {"quorum": 1, "users": "all"}),
        ("bypass_org_membership_levels", ["owner"]),
        ("bypass_org_membership_levels", 8),
        ("expires_after", "-1 00:00:00"),
        ("expires_after", "4000 00:00:00"),
    ],
)
def test_policy_form__not_valid__said_and_nothing_made(send, field, value):
    text = value if field == "expires_after" else json.dumps(value)

    response = send(**{field: text})

    assert response.status_code == 200
    assert response.context["adminform"].form.errors.keys() == {field}
    assert not ApprovalPolicy.objects.exists()


def test_policy_form__project_of_another_organization__refused(send, foreign_project):
    response = send(project=foreign_project.pk)

    assert response.context["adminform"].form.errors.keys() == {"project"}


def test_policy_form__role_of_another_organization__refused(send, make_role):
    foreign = make_role(organization=factories.make_organization("Elsewhere"))

    response = send(bypass_roles=[str(foreign.pk)])

    assert response.context["adminform"].form.errors.keys() == {"bypass_roles"}


def test_policy_form__second_for_the_organization__refused(send):
    send()

    assert send().status_code == 200
    assert ApprovalPolicy.objects.count() == 1
