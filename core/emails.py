"""Comparison of e-mail addresses: one rule for logins, lock-outs and invitations."""

import string
import unicodedata
from collections.abc import Iterable
from typing import Protocol, TypeVar

_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_ACE = "xn--"


class _HasEmail(Protocol):
    pk: int
    email: str


Person = TypeVar("Person", bound=_HasEmail)


def folded(email: str) -> str:
    """Return the form in which equal addresses are equal texts.

    Before the @ only the case of ASCII letters is of no account: lookalikes are others. After
    it a name and its ASCII form (`münchen.de`, `xn--mnchen-3ya.de`) are one, in whatever case.
    """
    local, at, domain = email.rpartition("@")
    return f"{local.translate(_ASCII_LOWER)}{at}{'.'.join(_labels(domain))}"


def spellings(email: str) -> frozenset[str]:
    """Return the address as it may have been kept: as it is, with an ASCII domain, without."""
    local, at, domain = email.rpartition("@")
    readable = ".".join(map(_readable, _labels(domain)))
    ascii_only = ".".join(_labels(domain))
    return frozenset({email, f"{local}{at}{readable}", f"{local}{at}{ascii_only}"})


def same(people: Iterable[Person], *, email: str) -> Person | None:
    """Return the one with this address; of several the one who has it as it is written."""
    key = folded(email)
    found = [person for person in people if folded(person.email) == key]
    return min(found, key=lambda person: (person.email != email, person.pk), default=None)


def has_plain_name(email: str) -> bool:
    """Tell whether the part before the @ is ASCII, as every mail server takes it."""
    return email.rpartition("@")[0].isascii()


def _labels(domain: str) -> list[str]:
    # Not by the old rules of `str.encode("idna")`, which make one of `straße` and `strasse`.
    return [
        label if label.isascii() else _ACE + label.encode("punycode").decode()
        for label in unicodedata.normalize("NFC", domain).lower().split(".")
    ]


def _readable(label: str) -> str:
    if not label.startswith(_ACE):
        return label
    try:
        readable = label.removeprefix(_ACE).encode().decode("punycode")
        # Half a surrogate pair can be named so, but neither kept nor asked for.
        readable.encode()
        return readable
    except UnicodeError:
        return label
