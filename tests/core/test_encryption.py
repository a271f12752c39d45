import pytest

from core.ops.encryption import Unreadable, decrypted, encrypted, rotated


def test_encrypted__any_text__read_for_the_same_purpose_only():
    token = encrypted("sword🐟", purpose="fishing")

    assert decrypted(token, purpose="fishing") == "sword🐟"
    with pytest.raises(Unreadable):
        decrypted(token, purpose="hunting")


def test_encrypted__twice__two_tokens():
    assert encrypted("a", purpose="p") != encrypted("a", purpose="p")


@pytest.mark.parametrize("token", ["", "a", "gAAAAA", "ä"])
def test_decrypted__no_token__unreadable(token):
    for read in (decrypted, rotated):
        with pytest.raises(Unreadable):
            read(token, purpose="p")
