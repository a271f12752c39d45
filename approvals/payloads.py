"""What a client sent, kept so that it can be sent again."""

from django.http import QueryDict

from approvals.actions import Document

# A key may travel in the body; it is no part of the change and never kept.
_CREDENTIALS = frozenset({"personal_api_key"})


def kept(data: object) -> Document:
    """Return the members of a request body, without its credentials."""
    members = data.dict() if isinstance(data, QueryDict) else data
    if not isinstance(members, dict):
        return {}
    return {key: value for key, value in members.items() if key not in _CREDENTIALS}


def sent_again(members: Document, *, is_form: bool) -> object:
    """Return the body as a serializer takes it."""
    if not is_form:
        return members
    form = QueryDict(mutable=True)
    form.update(members)
    return form
