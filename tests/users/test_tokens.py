import re

import pytest

from users import tokens


def test_hashed__known_value__is_the_wires_hash():
    digest = "45af89b510a3279a817f851de5d3f95b73485d58ec2672a39e52d8aeeb014059"

    assert tokens.hashed("test_key_12345") == f"sha256${digest}"


def test_hashed__half_a_surrogate_pair__is_still_a_hash():
    assert re.fullmatch(r"sha256\$[0-9a-f]{64}", tokens.hashed("phx_\ud800"))


@pytest.mark.parametrize(
    ("value", "mask"),
    [
        pytest.param("phx_0a1b2c3d4e5f9fQz", "phx_...9fQz", id="usual"),
        pytest.param("phx_0123456789ab", "phx_...89ab", id="16_characters"),
        pytest.param("phx_0123456789a", "********", id="15_characters"),
        pytest.param("", "********", id="empty"),
    ],
)
def test_masked__value__shows_its_ends_only(value, mask):
    assert tokens.masked(value) == mask


def test_new_key_value__many__prefixed_base_62_of_280_bits():
    values = {tokens.new_key_value() for _ in range(200)}

    assert len(values) == 200
    assert all(re.fullmatch(r"phx_[0-9a-zA-Z]{40,48}", value) for value in values)
    assert max(map(len, values)) >= 50


def test_new_key_value__many__use_the_whole_alphabet():
    text = "".join(tokens.new_key_value().removeprefix("phx_") for _ in range(200))

    assert len(set(text)) == 62


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"\x09", "9", id="last_digit"),
        pytest.param(b"\x0a", "a", id="first_small_letter"),
        pytest.param(b"\x24", "A", id="first_capital"),
        pytest.param(b"\x3d", "Z", id="last_capital"),
        pytest.param(b"\x3e", "10", id="first_of_two_digits"),
    ],
)
def test_spelled__number__digits_then_small_then_capital_letters(data, text):
    assert tokens._spelled(data) == text


def test_random_token__32_bytes__fits_the_id_of_a_key():
    lengths = {len(tokens.random_token(size=32)) for _ in range(200)}

    assert max(lengths) <= 43


def test_derived_key_value__same_secret_and_purpose__same_value():
    value = tokens.derived_key_value(secret="s", purpose="p")

    assert value == tokens.derived_key_value(secret="s", purpose="p")
    assert re.fullmatch(r"phx_[0-9a-zA-Z]{40,48}", value)


@pytest.mark.parametrize(
    ("secret", "purpose"),
    [pytest.param("t", "p", id="other_secret"), pytest.param("s", "q", id="other_purpose")],
)
def test_derived_key_value__something_differs__other_value(secret, purpose):
    value = tokens.derived_key_value(secret=secret, purpose=purpose)

    assert value != tokens.derived_key_value(secret="s", purpose="p")
