"""Saving fields of many rows in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.db import connection, models

AT_ONCE = 500


def known(row: models.Model, relation: str, related: Sequence[models.Model]) -> None:
    """These rows, and no others, belong to a row that was written together with them: whoever asks for
    `row.relation.all()` gets them without a question to the database, as after `prefetch_related`."""
    model = row._meta.get_field(relation).related_model
    found: models.QuerySet[models.Model] = models.QuerySet(cast(type[models.Model], model))
    found._result_cache = list(related)
    vars(row).setdefault("_prefetched_objects_cache", {})[relation] = found


def update_rows(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Save the named fields of rows of one model, in a statement for every 500 of them.

    As `bulk_update`, which builds an expression for each value and takes several times as long.
    """
    for start in range(0, len(rows), AT_ONCE):
        _update(rows[start : start + AT_ONCE], fields)


def _update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    meta = rows[0]._meta
    concrete = {field.name: field for field in meta.concrete_fields}
    fields = [field for field in concrete.values() if field.primary_key]
    fields += [concrete[name] for name in names]
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in fields]
    key, *others = columns
    marks = ", ".join(f"%s::{field.cast_db_type(connection)}" for field in fields)
    statement = (
        f"UPDATE {quote(meta.db_table)} AS old SET {', '.join(f'{c} = new.{c}' for c in others)} "  # noqa: S608 - names of our own
        f"FROM (VALUES {', '.join([f'({marks})'] * len(rows))}) AS new ({', '.join(columns)}) "
        f"WHERE old.{key} = new.{key}"
    )
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection)
        for row in rows
        for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
