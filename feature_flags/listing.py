"""Narrowing and ordering lists of flags by what a URL asks for."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django.db.models import F, Field, Func, Q, QuerySet

from core.db.folding import contains, equals, fold, matches
from core.db.ordering import WithoutIndex, WithoutIndexInPostgreSQL
from core.exceptions import RuleBroken
from core.http.query_text import json_list, read_ids, searchable
from feature_flags.drivers import drivers
from feature_flags.models import FRESH_FOR, EvaluationRuntime, FeatureFlag
from tags.listing import has_no_tag, has_tag
from tenants.access import Access
from tenants.levels import EXPERIMENT

DEFAULT_ORDER = "-created_at"
ELIGIBLE_ORDERS = ("created_at", "key", "name")
ORDERS = (
    *ELIGIBLE_ORDERS,
    *("updated_at", "id", "active", "version", "created_by", "last_modified_by"),
    *("evaluation_runtime", "bucketing_identifier", "ensure_experience_continuity"),
)
TYPES = ("boolean", "multivariant", "experiment", "remote_config")
MAX_SEARCH_LENGTH = 200
# How few and how many variants the flag of an experiment has.
EXPERIMENT_VARIANTS = (2, 20)
_TRUE = ("true", "1", "yes")
_BLANK = re.compile(r"\s+")

Parameters = Mapping[str, str]


def eligible(flags: QuerySet[FeatureFlag], *, parameters: Parameters) -> QuerySet[FeatureFlag]:
    """Return the flags an experiment can use: live, with control first and another variant.

    :raises RuleBroken: when a parameter is none that can be understood.
    """
    usable = flags.filter(
        deleted=False,
        archived=False,
        control_first=True,
        variant_count__gte=EXPERIMENT_VARIANTS[0],
    )
    wanted = Q()
    if "active" in parameters:
        wanted &= _is_active(parameters["active"])
    if search := _text(parameters.get("search")):
        wanted &= contains("key", search) | contains("name", search)
    if created_by_id := parameters.get("created_by_id"):
        wanted &= _is_made_by(created_by_id)
    if runtime := parameters.get("evaluation_runtime"):
        wanted &= _has_runtime(runtime)
    if contexts := parameters.get("has_evaluation_contexts"):
        wanted &= _has_contexts(contexts)
    return _ordered(usable.filter(wanted), parameters, ELIGIBLE_ORDERS)


def listed(
    flags: QuerySet[FeatureFlag], *, access: Access, parameters: Parameters, now: datetime
) -> QuerySet[FeatureFlag]:
    """Return those of a project's flags that a URL asks for, in the order that it asks for.

    None of them is deleted. A value that is none of those a parameter knows has no effect, or finds
    nothing. Names of experiments that are denied the reader are not searched.

    :raises RuleBroken: when an id, a list or the search cannot be read, or the order is unknown.
    """
    flags = flags.filter(deleted=False)
    if parameters.get("active", "").upper() == "STALE":
        flags = stale(flags, now=now)
    elif parameters.get("active"):
        flags = flags.filter(_is_active(parameters["active"]))
    flags = flags.filter(_is_archived(parameters.get("archived", "")))
    for name, condition in _CONDITIONS.items():
        if parameters.get(name):
            flags = flags.filter(condition(parameters[name]))
    for name, rule in _CONDITIONS_IN_PROJECT.items():
        if parameters.get(name):
            flags = flags.filter(rule(parameters[name], access))
    return _ordered(flags, parameters, ORDERS)


def stale(flags: QuerySet[FeatureFlag], *, now: datetime) -> QuerySet[FeatureFlag]:
    """Return the flags whose status is stale now, as `FeatureFlag.status_at` has it."""
    return flags.filter(rolled_out=True, deleted=False, active=True, created_at__lt=now - FRESH_FOR)


def _ordered(
    flags: QuerySet[FeatureFlag], parameters: Parameters, orders: tuple[str, ...]
) -> QuerySet[FeatureFlag]:
    order = parameters.get("order") or DEFAULT_ORDER
    name = order.removeprefix("-")
    if name not in orders:
        raise RuleBroken(f"order must be one of {', '.join(orders)}, each with or without '-'.")
    key: F | Func = F(name)
    # Reading the index of these columns in its order would read the flags of all projects.
    if name in ("created_by", "last_modified_by"):
        key = WithoutIndex(F(f"{name}_id"))
    elif name == "id":
        key = WithoutIndexInPostgreSQL(F(name))
    # Both databases agree only when told where nulls go. The id makes the order total.
    column = cast("Field[Any, Any]", FeatureFlag._meta.get_field(name))  # noqa: SLF001
    can_be_null = column.null
    if order.startswith("-"):
        return flags.order_by(key.desc(nulls_first=can_be_null or None), "-id")
    return flags.order_by(key.asc(nulls_last=can_be_null or None), "id")


def _is_active(text: str) -> Q:
    return Q(active=text.lower() == "true")


def _is_made_by(text: str) -> Q:
    return Q(created_by_id__in=read_ids(text, name="created_by_id"))


def _matches(text: str, access: Access) -> Q:
    if len(text) > MAX_SEARCH_LENGTH:
        raise RuleBroken(f"search has at most {MAX_SEARCH_LENGTH} characters.")
    words = _BLANK.split(_text(text).strip())
    named = access.visible(EXPERIMENT, drivers().filter(_has_words("name", words)))
    driven = _driven_by(named, access)
    return _has_words("key", words) | _has_words("name", words) | driven


def _has_words(column: str, words: Sequence[str]) -> Q:
    if len(words) == 1:
        return contains(column, words[0])
    # Keys have no blanks: whoever knows only the words means them with any sign between.
    pattern = r"[\s_-]+".join(re.escape(fold(word)) for word in words)
    # Looking for the pattern takes longest, so only where one of the words is.
    return contains(column, max(words, key=len)) & matches(column, pattern)


def _driven_by(experiments: QuerySet[Any], access: Access) -> Q:
    # Found once, and in the project: asked for each flag, all projects' experiments may be read.
    found = experiments.filter(project=access.project.pk, deleted=False)
    return Q(pk__in=found.values("feature_flag"))


def _has_key(text: str) -> Q:
    return equals("key", _text(text))


def _is_eligible(text: str) -> Q:
    # Any other value has no effect.
    if text.lower() != "true":
        return Q()
    return Q(variant_count__range=EXPERIMENT_VARIANTS)


def _is_of_type(text: str, access: Access) -> Q:
    has_variants = Q(variant_count__gt=0)
    conditions = {
        "boolean": ~has_variants & ~Q(is_remote_configuration=True),
        "multivariant": has_variants,
        "experiment": _driven_by(drivers(), access),
        "remote_config": Q(is_remote_configuration=True),
    }
    return conditions.get(text, Q())


def _has_runtime(text: str) -> Q:
    return Q(evaluation_runtime=text) if text in EvaluationRuntime.values else Q(pk__in=())


def _has_other_key(text: str) -> Q:
    return ~Q(key__in=_texts(text, "excluded_properties"))


def _is_archived(text: str) -> Q:
    return Q(archived=text.lower() == "true")


def _has_contexts(text: str) -> Q:
    return Q(evaluation_contexts__0__isnull=text.lower() not in _TRUE)


_CONDITIONS: dict[str, Callable[[str], Q]] = {
    "key": _has_key,
    "created_by_id": _is_made_by,
    "evaluation_runtime": _has_runtime,
    "excluded_properties": _has_other_key,
    "tags": has_tag,
    "excluded_tags": has_no_tag,
    "has_evaluation_contexts": _has_contexts,
    "has_evaluation_tags": _has_contexts,
    "eligible_for_experiment": _is_eligible,
}

_CONDITIONS_IN_PROJECT: dict[str, Callable[[str, Access], Q]] = {
    "search": _matches,
    "type": _is_of_type,
}


def _text(value: str | None) -> str:
    return searchable(value or "")


def _texts(text: str, name: str) -> list[str]:
    return [_text(part) for part in _listed(text, name) if isinstance(part, str)]


def _listed(text: str, name: str) -> list[object]:
    found = json_list(text)
    if found is None:
        raise RuleBroken(f'{name} must be a JSON list, such as ["a", "b"].')
    return found
