"""Looking up and locking actions."""

from collections.abc import Collection, Mapping

from django.db.models import F, QuerySet

from actions.models import Action
from core.db.folding import contains
from core.db.locking import lock_row
from core.exceptions import RuleBroken
from core.http.query_text import read_ids, searchable
from tags.listing import has_tag
from tenants.access import Access
from tenants.levels import ACTION
from tenants.models import Project

DEFAULT_ORDER = "-created_at"
ORDERS = ("name", "created_at", "pinned_at", "created_by")


def list_actions(*, project: Project) -> QuerySet[Action]:
    """Return the project's actions, deleted ones too, newest first, with all that they show."""
    found = Action.objects.filter(project=project).select_related("created_by")
    return found.order_by("-created_at", "-id")


def list_live_actions(*, project: Project, parameters: Mapping[str, str]) -> QuerySet[Action]:
    """Return those of the actions that are not deleted which a URL asks for.

    :raises RuleBroken: when an id or a list cannot be read, or the order is unknown.
    """
    found = list_actions(project=project).filter(deleted=False)
    if search := searchable(parameters.get("search", "")):
        found = found.filter(contains("name", search))
    if authors := parameters.get("created_by"):
        found = found.filter(created_by__in=read_ids(authors, name="created_by"))
    if tags := parameters.get("tags"):
        found = found.filter(has_tag(tags))
    return _ordered(found, parameters.get("ordering") or DEFAULT_ORDER)


def action_names(*, project: Project, access: Access | None = None) -> dict[int, str]:
    """Return the names of the project's live actions that have one, by id.

    With an access, without those that are denied the reader.
    """
    named = _live(project, access).filter(name__isnull=False)
    return {number: name or "" for number, name in named.values_list("id", "name")}


def action_steps(
    *, project: Project, access: Access | None = None
) -> dict[int, list[dict[str, object]]]:
    """Return the steps of the project's live actions by id.

    With an access, without those that are denied the reader.
    """
    rows = _live(project, access).values_list("id", "steps")
    return {
        number: [step for step in steps or [] if isinstance(step, dict)] for number, steps in rows
    }


def actions_about(*, access: Access, event: str) -> list[int]:
    """Return the ids of the live actions of which a step matches events of this name.

    What an action that is denied the reader matches shows in no search.
    """
    found = action_steps(project=access.project, access=access).items()
    return [number for number, steps in found if any(step.get("event") == event for step in steps)]


def missing_actions(*, project: Project, ids: Collection[int]) -> list[int]:
    """Return those of the ids that no live action of the project has, in order."""
    if not ids:
        return []
    found = Action.objects.filter(project=project, deleted=False, pk__in=ids)
    return sorted(set(ids) - set(found.values_list("pk", flat=True)))


def hidden_actions(*, project: Project, access: Access, ids: Collection[int]) -> list[int]:
    """Return those of these ids whose actions the caller must not know of, in order."""
    if not ids or not access.hides_any(ACTION):
        return []
    found = Action.objects.filter(project=project, pk__in=ids)
    hidden = found.exclude(pk__in=access.visible(ACTION, found).values("pk"))
    return list(hidden.order_by("pk").values_list("pk", flat=True))


def lock_action(*, project: Project, action_id: int) -> Action:
    """Lock an action of the project and return it as it is now.

    :raises ETagMismatch: when the client changes it and expects another state.
    :raises NotFound: when the project has none with this id (any more).
    """
    found = Action.objects.filter(project=project).select_related("created_by")
    return lock_row(found, action_id)


def _live(project: Project, access: Access | None) -> QuerySet[Action]:
    live = Action.objects.filter(project=project, deleted=False)
    return live if access is None else access.visible(ACTION, live)


def _ordered(found: QuerySet[Action], order: str) -> QuerySet[Action]:
    name = order.removeprefix("-")
    if name not in ORDERS:
        raise RuleBroken(f"ordering must be one of {', '.join(ORDERS)}, each with or without '-'.")
    key = F("created_by_id" if name == "created_by" else name)
    # Both databases agree only when told where nulls go. The id makes the order total.
    nulls = None if name == "created_at" else True
    if order.startswith("-"):
        return found.order_by(key.desc(nulls_last=nulls), "-id")
    return found.order_by(key.asc(nulls_last=nulls), "id")
