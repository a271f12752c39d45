"""Every write to flags."""

from feature_flags.services.delete import delete_flags
from feature_flags.services.encrypt import rotate_payloads
from feature_flags.services.keys import KeyTaken
from feature_flags.services.lifecycle import TRANSITIONS, take_transition
from feature_flags.services.rollout import Rollout, change_rollout, share_at, to_everyone
from feature_flags.services.update import create_flag, update_flag
from feature_flags.services.write import insert_flag, state_of, write_flag

__all__ = [
    "TRANSITIONS",
    "KeyTaken",
    "Rollout",
    "change_rollout",
    "create_flag",
    "delete_flags",
    "insert_flag",
    "rotate_payloads",
    "share_at",
    "state_of",
    "take_transition",
    "to_everyone",
    "update_flag",
    "write_flag",
]
