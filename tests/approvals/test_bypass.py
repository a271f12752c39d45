import pytest

from approvals.models import ChangeRequest
from tenants.models import Membership
from tests import factories
from tests.approvals.changes import LAUNCH
from tests.approvals.paths import member
from tests.client import DocumentedClient
from users.models import User

Level = Membership.Level


@pytest.fixture
def launch(organization, experiment):
    def send(level, user=None):
        user = user or factories.make_user("someone@example.com", organization, level)
        return DocumentedClient(factories.make_key(user)).patch(member(experiment), LAUNCH)

    return send


@pytest.mark.parametrize(
    ("levels", "level", "status"),
    [
        ([8, 15], Level.ADMIN, 200),
        ([8, 15], Level.OWNER, 200),
        ([8, 15], Level.MEMBER, 409),
        (["8", "15"], Level.ADMIN, 200),
        ([15], Level.ADMIN, 409),
        ([1], Level.MEMBER, 200),
        ([1], Level.OWNER, 409),
        ([], Level.OWNER, 409),
        ([2**62, -5], Level.OWNER, 409),
    ],
)
def test_bypass__level__passes_by_exact_match(make_policy, launch, levels, level, status):
    make_policy(bypass_org_membership_levels=levels)

    assert launch(level).status_code == status


def test_bypass__role__passes(make_policy, make_role, launch, ada):
    make_policy(bypass_roles=[make_role(ada)])

    assert launch(None, ada).status_code == 200


def test_bypass__other_role__asked(make_policy, make_role, launch, ada):
    make_role(ada, name="Mine")
    make_policy(bypass_roles=[make_role(name="Theirs")])

    assert launch(None, ada).status_code == 409


def test_bypass__left_the_role__asked(make_policy, make_role, launch, ada):
    role = make_role(ada)
    make_policy(bypass_roles=[role])
    role.memberships.all().delete()

    assert launch(None, ada).status_code == 409


def test_bypass__superuser__asked(make_policy, launch, organization):
    root = User.objects.create_superuser("root@example.com", "hunter22")
    Membership.objects.create(organization=organization, user=root, level=Level.OWNER)
    make_policy()

    assert launch(None, root).status_code == 409


def test_bypass__approver__asked(make_policy, launch, grace):
    make_policy(allow_self_approve=True)

    assert launch(None, grace).status_code == 409


def test_bypass__request_open__passes(make_policy, make_role, launch, ada, grace):
    make_policy(bypass_roles=[make_role(ada)])
    assert launch(None, grace).status_code == 409

    assert launch(None, ada).status_code == 200
    assert ChangeRequest.objects.get().state == "pending"


def test_bypass__level_given_after_the_attempt__old_request_stays(
    make_policy, launch, launch_request, ada
):
    ada.memberships.update(level=Level.OWNER)

    assert launch(None, ada).json()["code"] == "change_request_pending"
