"""Adding addresses whose people have agreed already, from a list of lines or a CSV file.

A line is an address, then perhaps a language (en or es), then perhaps the keys of components, divided by
spaces or semicolons: `ivy@school.org,es,streaming;grades`. A first line of headings is passed over. What
is wrong is told line by line, and the rest is added.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from deskbell.incidents.languages import LANGUAGES
from deskbell.incidents.models import Subscriber
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.mail.addresses import is_deliverable, is_ours
from deskbell.monitoring.models import Component
from deskbell.people.models import Person

MOST_LINES, LONGEST = 100_000, 20_000_000  # bytes
HEADINGS = frozenset({"address", "email", "e-mail", "mail"})
BATCH = 1000
MOST_TOLD = 50  # wrong lines


@dataclass(frozen=True)
class Line:
    """One address, as it is to be added."""

    address: str
    language: str
    components: tuple[int, ...]


@dataclass
class Imported:
    """What came of a list: how many are new, how many were there, and a sentence for each wrong line."""

    added: int = 0
    known: int = 0
    wrong: list[str] = field(default_factory=list)


def text_of(content: bytes) -> str:
    """A file as text, as Excel and others write it. Raises Refused."""
    if len(content) > LONGEST:
        raise Refused("The file is larger than 20 MB. Divide it.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def add(text: str) -> Imported:
    """Subscribe the addresses of a list. Who had unsubscribed stays so: only they can begin again."""
    result = Imported()
    lines = list(_read(text, result))
    if not lines and not result.wrong:
        raise Refused("There is no address in it. Write one a line.")
    with transaction.atomic():
        for start in range(0, len(lines), BATCH):
            _add(lines[start : start + BATCH], result)
    return result


def _read(text: str, result: Imported) -> Iterator[Line]:
    components = dict(Component.objects.filter(retired_at=None).values_list("key", "pk"))
    rows = text.replace("\0", "").splitlines()
    if len(rows) > MOST_LINES:
        raise Refused(f"That is more than {MOST_LINES:,} lines. Divide it.")
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        cells = _cells(row)
        if not any(cells) or (number == 1 and cells[0].lower() in HEADINGS):
            continue
        try:
            line = _line(cells, components)
        except Refused as error:
            result.wrong.append(f"Line {number}: {error}")
            continue
        if line.address not in seen:
            seen.add(line.address)
            yield line


def _cells(row: str) -> list[str]:
    try:
        cells = next(csv.reader([row]), [])
    except csv.Error:
        cells = [row]
    return [cell.strip() for cell in cells] or [""]


def _line(cells: Sequence[str], components: dict[str, int]) -> Line:
    address = cells[0].lower()
    if not is_deliverable(address):
        raise Refused(f"“{cells[0][:80]}” is no mail address.")
    if is_ours(address):
        raise Refused(f"{address} is an address of the desk itself.")
    language = cells[1].lower() if len(cells) > 1 and cells[1] else "en"
    if language not in LANGUAGES:
        raise Refused(f"“{cells[1][:20]}” is no language of the page: write en or es.")
    keys = cells[2].replace(";", " ").split() if len(cells) > 2 else []
    for key in keys:
        if key not in components:
            raise Refused(f"There is no component “{key[:64]}”. Write its key, or leave it out.")
    return Line(address, language, tuple(components[key] for key in keys))


def _add(lines: Sequence[Line], result: Imported) -> None:
    """In as many statements for a thousand as for one."""
    people = Person.objects.with_addresses({line.address: "" for line in lines})
    known = Subscriber.objects.filter(way=Subscriber.Way.MAIL, district=None)
    there = set(known.filter(person__in=people.values()).values_list("person__email", flat=True))
    new = [line for line in lines if line.address not in there]
    result.known += len(lines) - len(new)
    now = clock.now()
    made = Subscriber.objects.bulk_create(
        [
            Subscriber(
                way=Subscriber.Way.MAIL,
                person=people[line.address],
                language=line.language,
                confirmed_at=now,
                demo=people[line.address].demo,
            )
            for line in new
        ]
    )
    chosen = Subscriber.components.through
    chosen.objects.bulk_create(
        chosen(subscriber_id=one.pk, component_id=component)
        for one, line in zip(made, new, strict=True)
        for component in set(line.components)
    )
    result.added += len(made)
