"""Copying flags between projects."""

from organization_flags.services.copy import Copied, Copies, Failed, check_copies_visible, copy_flag
from organization_flags.services.dependencies import Requirements, requirements_of

__all__ = [
    "Copied",
    "Copies",
    "Failed",
    "Requirements",
    "check_copies_visible",
    "copy_flag",
    "requirements_of",
]
