"""The state of a row, kept while the row changes."""

from django.db.models import Model

State = dict[str, object]


def snapshot(row: Model) -> State:
    """Return the row's columns as they are now, without those that point to other rows.

    Documents are not copied: nobody changes one in place.
    """
    return {
        field.name: getattr(row, field.attname)
        for field in row._meta.concrete_fields  # noqa: SLF001
        if not field.is_relation
    }
