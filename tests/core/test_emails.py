import pytest

from core.emails import folded, has_plain_name, same, spellings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vic@Example.com", "vic@example.COM"),
        ("vic@münchen.de", "vic@xn--mnchen-3ya.de"),
        ("VIC@MÜNCHEN.DE", "vic@XN--MNCHEN-3YA.de"),
        ("vic@mu\u0308nchen.de", "vic@münchen.de"),
        ("straße@example.com", "straße@EXAMPLE.com"),
    ],
)
def test_folded__same_address__same_text(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("v\u0131c@example.com", "vic@example.com"),
        ("Vİc@example.com", "vic@example.com"),
        ("\u212aim@example.com", "kim@example.com"),
        ("\u017fue@example.com", "sue@example.com"),
        ("straße@example.com", "strasse@example.com"),
        ("vic@straße.de", "vic@strasse.de"),
        ("É@example.com", "é@example.com"),
        ("vic@v\u0131c.example", "vic@vic.example"),
    ],
)
def test_folded__other_address__other_text(one, other):
    assert folded(one) != folded(other)


@pytest.mark.parametrize(
    "text", ["", "@", "vic", "vic@", "@b", "a@xn--\x00", "a@xn--ü-", "a@..", "\ud800@\ud800"]
)
def test_folded__no_address__some_text(text):
    assert isinstance(folded(text), str)


def test_spellings__name_of_half_a_surrogate_pair__can_all_be_asked_for():
    assert all(text.isascii() for text in spellings("a@xn--ib9b.com"))


def test_has_plain_name__letters_like_ascii__no():
    assert has_plain_name("vic@münchen.de")
    assert not has_plain_name("v\u0131c@example.com")


def test_same__nobody__none():
    assert same([], email="vic@example.com") is None
