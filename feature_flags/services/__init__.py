"""Every write to flags."""

from feature_flags.services.editing import add_flag, edit_flag
from feature_flags.services.writing import create_flag, state_of, update_flag

__all__ = [
    "add_flag",
    "create_flag",
    "edit_flag",
    "state_of",
    "update_flag",
]
