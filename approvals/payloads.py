"""Request bodies that are stored so that an approval can apply them."""

import json
from typing import cast

from django.http import QueryDict

from approvals.gated_change import Document
from core.documents import unstorable_part
from core.http.query_text import KEY_PARAMETER
from core.ops.encryption import decrypted, encrypted

# A key may travel in the body; it is no part of the change and never kept.
_CREDENTIALS = frozenset({KEY_PARAMETER})
_PURPOSE = "change requests"


def kept(data: object) -> Document:
    """Return the members of a request body, without credentials and without what no field took.

    A serializer refuses what a database cannot keep, so such a member has no field.
    """
    # To a field, a file in a form is its name.
    members = _texts(data) if isinstance(data, QueryDict) else data
    if not isinstance(members, dict):
        return {}
    return {
        key: value
        for key, value in members.items()
        if key not in _CREDENTIALS and unstorable_part({key: value}) is None
    }


def encrypt_members(members: Document) -> str:
    """Return the members encrypted."""
    return encrypted(json.dumps(members), purpose=_PURPOSE)


def decrypt_members(text: str) -> Document:
    """Return the members that were encrypted.

    :raises Unreadable: when the secret is gone.
    """
    return cast("Document", json.loads(decrypted(text, purpose=_PURPOSE)))


def sent_again(members: Document, *, is_form: bool) -> object:
    """Return the body as a serializer takes it."""
    if not is_form:
        return members
    form = QueryDict(mutable=True)
    for name, value in members.items():
        form[name] = cast("str", value)
    return form


def _texts(form: QueryDict) -> Document:
    return {key: str(value) for key, value in form.dict().items()}
