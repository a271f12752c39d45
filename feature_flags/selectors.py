"""Looking up and locking flags."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import count
from typing import Any

from django.db.models import Model, Prefetch, Q, QuerySet

from core import preconditions
from core.db.compiled_query import CompiledQuery, Param
from core.db.transactions import require_transaction
from core.exceptions import NotFound
from core.http.query_text import is_id, searchable
from feature_flags.drivers import drivers
from feature_flags.listing import eligible, listed
from feature_flags.models import FeatureFlag, FlagDependency
from feature_flags.payloads import as_text, decrypt_payload
from feature_flags.redaction import payloads
from feature_flags.selections import Selection
from tenants.access import Access
from tenants.models import Project


def find_live_flag(*, project: Project, key: str) -> FeatureFlag | None:
    """Return the project's flag with this key, unless it is deleted."""
    return _LIVE_FLAG.first(project_id=project.pk, key=key)


def list_eligible_flags(
    *, project: Project, parameters: Mapping[str, str]
) -> QuerySet[FeatureFlag]:
    """Return those of the flags an experiment can use that a URL asks for, newest first by default.

    :raises RuleBroken: when a parameter of the URL makes no sense.
    """
    return eligible(list_flags(project=project), parameters=parameters)


def find_flag(*, project_id: int, flag_id: int) -> FeatureFlag | None:
    """Return the flag of the project with this id that is not deleted."""
    return FeatureFlag.objects.filter(project=project_id, pk=flag_id, deleted=False).first()


def get_flag_id(*, project: Project, reference: str) -> int:
    """Return the id of the project's flag with this id, or with this key; not of a deleted one.

    :raises NotFound: when there is none.
    """
    is_meant = Q(key=searchable(reference))
    if is_id(reference):
        is_meant |= Q(pk=int(reference))
    live = FeatureFlag.objects.filter(project=project, deleted=False).filter(is_meant)
    found = list(live.values_list("pk", flat=True))
    if not found:
        raise NotFound
    # A key may consist of digits: the id comes first.
    return next((pk for pk in found if str(pk) == reference), found[0])


def remote_payload(*, flag: FeatureFlag) -> str | None:
    """Return what a remote configuration hands out to everyone, as JSON text.

    :raises PayloadUnreadable: when it was encrypted with a secret that is gone.
    """
    payload = payloads(flag.filters).get("true")
    if payload is None:
        return None
    return decrypt_payload(payload) if flag.has_encrypted_payloads else as_text(payload)


def get_remote_payload(*, project: Project, reference: str) -> str | None:
    """Return what a remote configuration, named by id or key, hands out, as JSON text.

    :raises NotFound: when there is no such flag, or it is no remote configuration.
    :raises PayloadUnreadable: when it was encrypted with a secret that is gone.
    """
    flag = list_flags(project=project).get(pk=get_flag_id(project=project, reference=reference))
    if not flag.is_remote_configuration:
        raise NotFound("This flag is no remote configuration.")
    return remote_payload(flag=flag)


def list_flags(*, project: Project) -> QuerySet[FeatureFlag]:
    """Return the project's flags, deleted ones too, newest first, with all that they show."""
    driving = drivers().only("id", "feature_flag_id", "deleted")
    return (
        FeatureFlag.objects.filter(project=project)
        .select_related("created_by", "last_modified_by")
        .prefetch_related(Prefetch("experiments", queryset=driving))
        .order_by("-created_at", "-id")
    )


def list_live_flags(
    *, access: Access, parameters: Mapping[str, str], now: datetime
) -> QuerySet[FeatureFlag]:
    """Return those of the project's flags that are not deleted which a URL asks for.

    :raises RuleBroken: when a parameter of the URL makes no sense.
    """
    return listed(list_flags(project=access.project), access=access, parameters=parameters, now=now)


def list_selected_flags(
    *, access: Access, selection: Selection, now: datetime
) -> QuerySet[FeatureFlag]:
    """Return the flags that a body means: deleted ones only when it names their ids."""
    if selection.ids:
        return list_flags(project=access.project).filter(pk__in=selection.ids)
    return list_live_flags(access=access, parameters=selection.parameters, now=now)


def count_live_flags(*, project: Project) -> int:
    """Count the project's flags that are not deleted."""
    return FeatureFlag.objects.filter(project=project, deleted=False).count()


def has_experiments(*, flag: FeatureFlag) -> bool:
    """Tell whether an experiment is on the flag, even a deleted one."""
    return drivers().filter(feature_flag=flag).exists()


def live_experiments_of(*, flag: FeatureFlag) -> list[tuple[Model, str]]:
    """Return the experiments on the flag that are not deleted, each with how it is named."""
    return named(_for_names(drivers().filter(feature_flag=flag, deleted=False)))


def experiments_on(flag_ids: Iterable[int]) -> dict[int, list[Any]]:
    """Return by flag the experiments on it, deleted ones too, with as much as names them."""
    found = drivers().filter(feature_flag_id__in=sorted(flag_ids)).order_by("pk")
    experiments: dict[int, list[Any]] = {}
    for each in found.only("pk", "name", "created_by_id", "deleted", "feature_flag_id"):
        experiments.setdefault(each.feature_flag_id, []).append(each)
    return experiments


def owners_of_experiments(*, flag: FeatureFlag) -> list[Model]:
    """Return the experiments on the flag that are not deleted, with who made them."""
    found = drivers().filter(feature_flag=flag, deleted=False)
    return list(found.only("pk", "created_by_id").order_by("pk"))


def launched_experiments_of(*, flag: FeatureFlag) -> list[tuple[Model, str]]:
    """Return the launched experiments on the flag that are shown, each with how it is named."""
    found = drivers().filter(feature_flag=flag, deleted=False, archived=False)
    return named(_for_names(found.filter(start_date__isnull=False)))


def named(experiments: Iterable[Any]) -> list[tuple[Model, str]]:
    """Return these experiments, each with how it is named."""
    return [(each, f"{each.name} ({each.pk})") for each in experiments]


def _for_names(experiments: QuerySet[Any]) -> QuerySet[Any]:
    return experiments.only("pk", "name", "created_by_id").order_by("pk")


def governing_holdout_ids(*, flag: FeatureFlag) -> set[int]:
    """Return the ids of the holdouts of the experiments on the flag."""
    found = drivers().filter(feature_flag=flag, holdout__isnull=False)
    return set(found.values_list("holdout_id", flat=True))


def free_key(*, project: Project, key: str) -> str:
    """Return the key, or where a live flag has it, the key with the first free number from 2 on."""
    live = FeatureFlag.objects.filter(project=project, deleted=False, key__startswith=key)
    taken = set(live.values_list("key", flat=True))
    if key not in taken:
        return key
    return next(name for number in count(2) if (name := f"{key}-{number}") not in taken)


def lock_flag(*, flag: FeatureFlag) -> FeatureFlag:
    """Lock a flag and the experiments on it and return it as it is now, its creator kept if loaded.

    :raises ETagMismatch: when the client expects another state of it.
    :raises NotFound: when it went with its project meanwhile.
    """
    lock_experiments_on(flag_id=flag.pk)
    locked = _LOCKED_FLAG.first(pk=flag.pk)
    if locked is None:
        raise NotFound
    preconditions.check(locked)
    if FeatureFlag.created_by.is_cached(flag) and locked.created_by_id == flag.created_by_id:
        locked.created_by = flag.created_by
    return locked


def lock_experiments_on(*, flag_id: int) -> None:
    """Lock the experiments on a flag by ascending id, as it is done before the flag is locked."""
    require_transaction()
    _LOCKED_EXPERIMENTS.queue(flag_id=flag_id)


def lock_flags(*, flag_ids: Iterable[int]) -> list[FeatureFlag]:
    """Lock these flags and the experiments on them, and return the flags by ascending id.

    Writing a flag writes its experiments' copy of the variants too. Taking the experiments
    first, ids ascending, is the lock order of the house: holdout, experiments, flags.
    """
    require_transaction()
    ids = sorted(set(flag_ids))
    locked = drivers().filter(feature_flag_id__in=ids).order_by("pk").select_for_update()
    list(locked.values_list("pk", flat=True))
    return list(FeatureFlag.objects.filter(pk__in=ids).order_by("pk").select_for_update())


def lock_encrypted_flags() -> list[FeatureFlag]:
    """Lock the flags of all projects that keep their payloads encrypted."""
    found = FeatureFlag.objects.filter(has_encrypted_payloads=True)
    return lock_flags(flag_ids=found.values_list("pk", flat=True))


def lock_needed_flags(*, flag: FeatureFlag, ids: Iterable[int]) -> list[FeatureFlag]:
    """Lock the flags of the same project that a flag depends on, without their experiments."""
    require_transaction()
    needed = FeatureFlag.objects.filter(project_id=flag.project_id, pk__in=ids)
    return list(needed.order_by("pk").select_for_update(no_key=True))


def needed_by(flag_ids: Iterable[int]) -> set[int]:
    """Return the ids of the flags that these flags depend on."""
    needed = FlagDependency.objects.filter(flag_id__in=flag_ids)
    return set(needed.values_list("needed_id", flat=True))


def dependencies_among(flag_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Return who of these flags depends on whom of them, as pairs of ids."""
    ids = set(flag_ids)
    found = FlagDependency.objects.filter(flag_id__in=ids, needed_id__in=ids)
    return list(found.order_by("pk").values_list("flag_id", "needed_id"))


def list_dependents(*, flag: FeatureFlag) -> QuerySet[FeatureFlag]:
    """Return the flags that are on and depend on this one."""
    dependents = FeatureFlag.objects.filter(dependencies__needed=flag)
    return dependents.filter(active=True, deleted=False).order_by("pk")


def live_dependents_of(flag_ids: Iterable[int]) -> dict[int, list[FeatureFlag]]:
    """Return by flag the flags that are on and depend on it."""
    found = FlagDependency.objects.filter(needed_id__in=sorted(flag_ids))
    found = found.filter(flag__active=True, flag__deleted=False).select_related("flag")
    dependents: dict[int, list[FeatureFlag]] = {}
    for each in found.order_by("flag_id"):
        dependents.setdefault(each.needed_id, []).append(each.flag)
    return dependents


def find_first_dependent(*, flag: FeatureFlag) -> FeatureFlag | None:
    """Return a flag that is on and depends on this one."""
    return list_dependents(flag=flag).only("pk", "key", "created_by_id").first()


def ids_of(flags: QuerySet[FeatureFlag]) -> list[int]:
    """Return the ids of these flags, in their order."""
    return list(flags.prefetch_related(None).values_list("pk", flat=True))


def keys_of(flags: QuerySet[FeatureFlag], *, ids: Iterable[int]) -> dict[str, str]:
    """Return the keys of those of the flags that have one of these ids, by id."""
    found = flags.filter(pk__in=set(ids)).prefetch_related(None).order_by("pk")
    return {str(pk): key for pk, key in found.values_list("pk", "key")}


def flag_drift(
    *, project: Project, intent: Mapping[str, Any], with_deleted: bool = False
) -> str | None:
    """Say how the flag of a change request differs from the one the request was made for."""
    if intent["flag_id"] is None:
        is_made = find_live_flag(project=project, key=str(intent["flag_key"])) is not None
        return f"The feature flag '{intent['flag_key']}' exists now." if is_made else None
    flag = FeatureFlag.objects.filter(project=project, pk=intent["flag_id"]).first()
    if flag is None or (flag.deleted and not with_deleted):
        return "The feature flag is gone."
    expected = intent["preconditions"]["version"]
    if flag.version != expected:
        return f"Expected version {expected} of the feature flag, found {flag.version}."
    return None


def _live_flag() -> QuerySet[FeatureFlag]:
    return FeatureFlag.objects.filter(
        project_id=Param("project_id"), key=Param("key"), deleted=False
    )


def _locked_experiments() -> QuerySet[Model]:
    on_flag = drivers().filter(feature_flag_id=Param("flag_id"))
    return on_flag.only("pk").order_by("pk").select_for_update()


def _locked_flag() -> QuerySet[FeatureFlag]:
    return FeatureFlag.objects.filter(pk=Param("pk")).select_for_update()


_LOCKED_FLAG = CompiledQuery(_locked_flag)
_LIVE_FLAG = CompiledQuery(_live_flag)
_LOCKED_EXPERIMENTS = CompiledQuery(_locked_experiments)
