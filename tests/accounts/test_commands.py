from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.accounts.paths import KEYS
from tests.assertions import assert_error
from users.models import PersonalAPIKey


def output(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_list_api_keys__of_everybody__a_line_each(make_key, ada, mallory):
    unused = make_key(ada, "older", scopes=["*"])
    used = make_key(ada, "newer", scopes=["experiment:read", "user:read"])
    PersonalAPIKey.objects.filter(pk=used.pk).update(last_used_at="2126-03-02T10:11:12Z")
    foreign = make_key(mallory)

    lines = [line.split("\t") for line in output("list_api_keys").splitlines()]

    used_at = "2126-03-02T10:11Z"
    scopes = "experiment:read,user:read"
    assert lines == [
        [used.pk, ada.email, used.mask_value, scopes, used_at, "newer"],
        [unused.pk, ada.email, unused.mask_value, "*", "never", "older"],
        [foreign.pk, mallory.email, foreign.mask_value, "experiment:read", "never", "ci"],
    ]


def test_list_api_keys__of_one_user__only_theirs(key, foreign_key, ada):
    assert output("list_api_keys", ada.email.upper()).count("\n") == 1


def test_list_api_keys__old_row_with_holes__printed(key):
    PersonalAPIKey.objects.update(mask_value=None, scopes=[])

    assert output("list_api_keys").split("\t")[2:4] == ["-", "none"]


@pytest.mark.parametrize("name", ["pk", "value"])
def test_revoke_api_key__id_or_value__refused_from_then_on(own_client, key, ada, name):
    assert output("revoke_api_key", getattr(key, name)) == f"{ada.email}\tci\n"

    assert_error(own_client.get(f"{KEYS}@current"), 401, "authentication_failed")


@pytest.mark.usefixtures("key")
def test_revoke_api_key__unknown__refused():
    with pytest.raises(CommandError, match="no such key"):
        call_command("revoke_api_key", "phx_unknown")

    assert PersonalAPIKey.objects.exists()
