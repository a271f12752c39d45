"""Serializer fields whose wire form differs from the stored one."""

from typing import Any

from core.exceptions import ValidationError, first_detail
from core.http.fields import ObjectField
from feature_flags.models import FeatureFlag
from feature_flags.validation import InvalidFilters, check_patterns


class FlagFiltersField(ObjectField):
    """Who gets what; of encrypted payloads only that they are there."""

    def get_attribute(self, instance: FeatureFlag) -> Any:
        return instance.shown_filters

    def to_internal_value(self, data: Any) -> Any:
        filters = super().to_internal_value(data)
        # Here and not only under the lock of the flag: compiling takes its time, and is cached.
        stored = getattr(self.parent.instance, "filters", None) or {}
        try:
            check_patterns(filters or {}, stored=stored)
        except InvalidFilters as reason:
            # It names the field, and so does whoever holds this field.
            raise ValidationError(first_detail(reason)) from None
        return filters
