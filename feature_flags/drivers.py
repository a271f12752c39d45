"""What drives flags: experiments, which stand above flags and register their model here."""

from typing import Any

from django.db.models import Model, QuerySet

_models: list[type[Model]] = []


def register(model: type[Model]) -> None:
    """Make a model known whose rows drive flags; its app calls this when it is ready."""
    _models[:] = [model]


def drivers() -> QuerySet[Any]:
    """Return the rows that drive flags: each has `feature_flag`, `name`, `deleted` and more."""
    [model] = _models
    return model._default_manager.all()  # noqa: SLF001
