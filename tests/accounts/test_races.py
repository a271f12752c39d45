import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from accounts.selectors import make_login_code
from tests.accounts.paths import KEYS, LOGIN, one
from tests.approvals.concurrency import at_once, holding
from tests.client import DocumentedClient
from users.models import PersonalAPIKey, User

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_many_writers"),
]

BODY = {"label": "ci", "scopes": ["*"], "scoped_teams": [], "scoped_organizations": []}


def test_races__two_keys_where_one_fits__one_made(browser, make_key, ada):
    for _ in range(9):
        make_key(ada)

    with holding(
        lambda: User.objects.select_for_update().get(pk=ada.pk),
        lambda: browser.post(KEYS, BODY),
        lambda: browser.post(KEYS, BODY),
    ) as answers:
        pass

    assert sorted(each.result().status_code for each in answers) == [201, 400]
    assert PersonalAPIKey.objects.count() == 10


def test_races__rolled_and_deleted__one_after_the_other(browser, key):
    rolled, deleted = at_once(
        lambda: browser.post(f"{one(key)}roll/"), lambda: browser.delete(one(key))
    )

    assert (rolled.status_code, deleted.status_code) in [(200, 204), (404, 204)]
    assert not PersonalAPIKey.objects.exists()


def test_races__failed_logins__each_counted(credentials):
    wrong = credentials | {"password": "wrong"}

    answers = at_once(*[lambda: DocumentedClient().post(LOGIN, wrong)] * 4)

    assert {answer.status_code for answer in answers} == {400}
    assert AccessAttempt.objects.get().failures_since_start == 4


def test_races__one_login_code_twice__one_session(ada):
    code = {"code": make_login_code(email=ada.email)}

    answers = at_once(*[lambda: DocumentedClient().post(f"{LOGIN}/code/", code)] * 4)

    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert Session.objects.count() == 1
