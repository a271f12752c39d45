"""Narrowing and ordering lists of flags by what a URL asks for."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from core.exceptions import RuleBroken
from core.query_text import is_id, searchable
from feature_flags.filters import CONTROL
from feature_flags.models import FeatureFlag

DEFAULT_ORDER = "-created_at"
ORDERS = ("created_at", "key", "name")
_TRUE = ("true", "1", "yes")


def eligible(
    flags: QuerySet[FeatureFlag], *, parameters: Mapping[str, str]
) -> QuerySet[FeatureFlag]:
    """Return the flags an experiment can use: live, with control first and another variant.

    :raises RuleBroken: when a parameter is none that can be understood.
    """
    usable = flags.filter(
        deleted=False,
        filters__multivariate__variants__0__key=CONTROL,
        filters__multivariate__variants__1__isnull=False,
    ).filter(_wanted(parameters))
    order = parameters.get("order") or DEFAULT_ORDER
    if order.removeprefix("-") not in ORDERS:
        raise RuleBroken(f"order must be one of {', '.join(ORDERS)}, each with or without '-'.")
    # The id makes the order total.
    return usable.order_by(order, "-id" if order.startswith("-") else "id")


def _wanted(parameters: Mapping[str, str]) -> Q:
    wanted = Q()
    if "active" in parameters:
        wanted &= Q(active=parameters["active"].lower() == "true")
    if search := _text(parameters.get("search")):
        wanted &= Q(key__icontains=search) | Q(name__icontains=search)
    if created_by_id := parameters.get("created_by_id"):
        wanted &= Q(created_by_id=_number(created_by_id, "created_by_id"))
    if runtime := _text(parameters.get("evaluation_runtime")):
        wanted &= Q(evaluation_runtime=runtime)
    contexts = parameters.get("has_evaluation_contexts")
    if contexts:
        wanted &= Q(evaluation_contexts__0__isnull=contexts.lower() not in _TRUE)
    return wanted


def _text(value: str | None) -> str:
    return searchable(value or "")


def _number(text: str, name: str) -> int:
    if not is_id(text):
        raise RuleBroken(f"{name} must be an id.")
    return int(text)
