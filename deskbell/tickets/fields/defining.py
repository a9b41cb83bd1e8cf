"""Which custom fields there are: administrators define them, in their order, and archive what is over.

A field's key and kind stay as they began, since tickets, saved views and macros go by them; so does the key
of a choice, whatever it is called later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.utils.text import slugify

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.remembering import remembered
from deskbell.lib.text import plain
from deskbell.tickets.fields.models import (
    LONGEST_KEY,
    LONGEST_NAME,
    Choice,
    Customers,
    CustomField,
    Holds,
)
from deskbell.tickets.models import Category

MOST_FIELDS, MOST_CHOICES, LONGEST_HELP = 50, 100, 200


@dataclass(frozen=True)
class Written:
    """A field as its form holds it. A choice without a key is new; one that is left out is retired."""

    name: str
    holds: str = Holds.TEXT
    help: str = ""
    name_es: str = ""
    help_es: str = ""
    choices: Sequence[Choice] = field(default=())
    customers: str = Customers.HIDDEN
    required: bool = False
    categories: Sequence[str] = field(default=())


@remembered
def current_fields() -> tuple[CustomField, ...]:
    """Those that tickets have now, in their order; one query."""
    return tuple(CustomField.objects.filter(archived_at=None))


def archived_fields() -> list[CustomField]:
    """Those that were archived, the last first."""
    return list(CustomField.objects.exclude(archived_at=None).order_by("-archived_at"))


def field_with_key(key: str) -> CustomField:
    """One that tickets have now. Raises NotFound."""
    for each in current_fields():
        if each.key == key:
            return each
    raise NotFound("There is no such field.")


@transaction.atomic
def define(written: Written) -> CustomField:
    """A new field, after all others. Raises Refused."""
    if CustomField.objects.filter(archived_at=None).count() >= MOST_FIELDS:
        raise Refused(f"There are {MOST_FIELDS} fields already. Archive one that nobody fills in.")
    if written.holds not in Holds.values:
        raise Refused("Choose what the field holds.")
    last = CustomField.objects.order_by("place").last()
    made = CustomField(holds=written.holds, place=last.place + 1 if last else 1)
    _fill(made, written)
    taken = set(CustomField.objects.values_list("key", flat=True))
    made.key = _key_from(made.name, taken, usual="field")
    made.save()
    return made


def change(made: CustomField, written: Written) -> CustomField:
    """Change all of it but its key and what it holds. Raises Refused."""
    _fill(made, written)
    made.changed_at = clock.now()
    made.save()
    return made


def archive(made: CustomField) -> None:
    """Tickets are asked for it no more; what they hold stays. `bring_back` undoes it."""
    made.archived_at = clock.now()
    made.save(update_fields=["archived_at"])


def bring_back(made: CustomField) -> None:
    """Tickets are asked for it again, and what they held is there."""
    _refuse_taken(made, made.name)
    made.archived_at = None
    made.save(update_fields=["archived_at"])


@transaction.atomic
def move(made: CustomField, *, up: bool) -> None:
    """One place up or down among the others; the first and the last stay where they are."""
    fields = list(CustomField.objects.select_for_update().filter(archived_at=None))
    at = fields.index(made)
    other = at - 1 if up else at + 1
    if 0 <= other < len(fields):
        fields[at], fields[other] = fields[other], fields[at]
        for place, each in enumerate(fields, start=1):
            each.place = place
        CustomField.objects.bulk_update(fields, ["place"])


def _fill(made: CustomField, written: Written) -> None:
    made.name = _name(written.name, "the field")
    _refuse_taken(made, made.name)
    made.name_es = _name(written.name_es, "its Spanish name") if written.name_es.strip() else ""
    made.help, made.help_es = _help(written.help), _help(written.help_es)
    if written.customers not in Customers.values:
        raise Refused("Choose what customers have to do with the field.")
    made.customers, made.required = written.customers, written.required
    made.categories = [each for each in Category.values if each in written.categories]
    if made.has_choices:
        kept = _choices(made, written.choices)
        made.listed = [each.__dict__ for each in kept]


def _choices(made: CustomField, written: Sequence[Choice]) -> list[Choice]:
    """Those of the form in their order, then those that were there and are left out."""
    known = {each.key: each for each in made.choices}
    found: dict[str, Choice] = {}
    for each in written:
        if not each.name.strip():
            continue
        choice = replace(
            each,
            name=_name(each.name, "the choice"),
            name_es=_name(each.name_es, "its Spanish name") if each.name_es.strip() else "",
            retired=False,
        )
        _refuse_twice(choice, found.values())
        if choice.key not in known or choice.key in found:
            again = _retired_named(choice.name, known.values())
            taken = {*known, *found}
            key = again.key if again else _key_from(choice.name, taken, usual="choice")
            choice = replace(choice, key=key)
        found[choice.key] = choice
    if not found:
        raise Refused(f"Write what there is to choose from in “{made.name}”.")
    if len(found) > MOST_CHOICES:
        raise Refused(f"A list has at most {MOST_CHOICES} choices.")
    gone = [replace(each, retired=True) for key, each in known.items() if key not in found]
    return [*found.values(), *gone]


def _retired_named(name: str, known: Iterable[Choice]) -> Choice | None:
    """The choice of this name that was left out before: it is back."""
    gone = (each for each in known if each.retired and each.name.lower() == name.lower())
    return next(gone, None)


def _refuse_twice(choice: Choice, others: Iterable[Choice]) -> None:
    if any(choice.name.lower() == other.name.lower() for other in others):
        raise Refused(f"“{choice.name}” stands twice among the choices.")


def _refuse_taken(made: CustomField, name: str) -> None:
    same = CustomField.objects.filter(name__iexact=name).exclude(pk=made.pk)
    if same.filter(archived_at=None).exists():
        raise Refused(f"There is a field “{name}” already.")
    if made.pk is None and same.exists():
        raise Refused(f"A field “{name}” is archived. Bring it back instead.")


def _name(text: str, what: str) -> str:
    name = " ".join(plain(text).split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"Give {what} a name of at most {LONGEST_NAME} characters.")
    return name


def _help(text: str) -> str:
    words = " ".join(plain(text).split())
    if len(words) > LONGEST_HELP:
        raise Refused(f"The help beside a field has at most {LONGEST_HELP} characters.")
    return words


def _key_from(name: str, taken: set[str], *, usual: str) -> str:
    """A key that nothing else has: letters without accents, digits and _."""
    begun = slugify(name).replace("-", "_").strip("_")[: LONGEST_KEY - 4] or usual
    numbered = (f"{begun}_{count}" for count in range(2, len(taken) + 3))
    return next(key for key in (begun, *numbered) if key not in taken)
