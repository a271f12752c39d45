"""The state of a row, kept while the row changes."""

from django.db.models import Model

State = dict[str, object]


def snapshot(row: Model) -> State:
    """Return the row's columns as they are now, without those that point to other rows.

    A row with secrets says in `told_columns` what is told of them.
    Documents are not copied: nobody changes one in place.
    """
    columns = {
        field.name: getattr(row, field.attname)
        for field in row._meta.concrete_fields  # noqa: SLF001
        if not field.is_relation
    }
    return columns | getattr(row, "told_columns", {})
