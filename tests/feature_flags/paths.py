"""Where flags are found."""

from feature_flags.models import FeatureFlag
from tenants.models import Project


def flags_of(project: Project) -> str:
    """Return the path of the project's flags."""
    return f"/api/projects/{project.pk}/feature_flags/"


def path_of(flag: FeatureFlag) -> str:
    """Return the path of a flag."""
    return f"{flags_of(flag.project)}{flag.pk}/"
