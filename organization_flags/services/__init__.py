"""Copying flags between projects."""

from organization_flags.services.copy import Copied, Copies, Failed, copy_flag
from organization_flags.services.dependencies import Requirements, requirements_of

__all__ = ["Copied", "Copies", "Failed", "Requirements", "copy_flag", "requirements_of"]
