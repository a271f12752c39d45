"""Every write to flags."""

from feature_flags.services.deleting import delete_flags
from feature_flags.services.editing import add_flag, edit_flag
from feature_flags.services.keys import KeyTaken
from feature_flags.services.sealing import rotate_payloads
from feature_flags.services.writing import create_flag, state_of, update_flag

__all__ = [
    "KeyTaken",
    "add_flag",
    "create_flag",
    "delete_flags",
    "edit_flag",
    "rotate_payloads",
    "state_of",
    "update_flag",
]
