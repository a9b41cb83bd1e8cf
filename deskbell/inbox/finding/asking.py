"""From what stands in the search box to the tickets that it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.core.exceptions import EmptyResultSet
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from markupsafe import Markup

from deskbell.inbox import drafts
from deskbell.inbox.rows import Row, rows_of
from deskbell.incidents import finding as incidents
from deskbell.lib.errors import Refused
from deskbell.sla import finding as sla
from deskbell.tickets.access import readable_by, set_aside_for, tickets_for
from deskbell.tickets.aside.models import Aside
from deskbell.tickets.fields import finding as fields
from deskbell.tickets.finding import filters, text
from deskbell.tickets.finding.filters import Asker, Filter
from deskbell.tickets.finding.language import Question, Term, parsed
from deskbell.tickets.models import Ticket, Tickets

PAGE = 50
RANKED = 1_000  # the newest hits, of which the best come first
MOST_COUNTED = 1_000
MOST_VALUES = 20  # of one filter: some mean many things each
ORDERS = ("best", "due", "newest", "updated")
FILTERS: Mapping[str, Filter] = {
    **filters.FILTERS,
    **sla.FILTERS,
    **incidents.FILTERS,
    "is": filters.is_one_of({**filters.IS, **sla.IS, "drafted": drafts.is_drafted}),
    "sort": Filter(", ".join(ORDERS), lambda value, asker: Q(), lambda begun: ORDERS),
}
FAMILIES: Mapping[str, Callable[[str], Filter]] = {fields.FAMILY: fields.filter_by}
# The planner knows nothing of phrases and of begun words: it must find them first, and then their tickets.
IN_PHRASES = """
    WITH hits AS MATERIALIZED (
        SELECT ticket_id FROM tickets_searchdocument, to_tsquery('english', %s) AS wanted
        WHERE document @@ wanted
    ) SELECT ticket_id FROM hits
"""
# To see whether words stand side by side each document must be read, and to see who may see it each ticket:
# from the newest on, until there are enough. OFFSET 0 keeps the planner from doing it for all of them. The
# index knows who has the words anywhere: that is the same question, with “and” for “side by side”.
NEWEST_IN_PHRASES = r"""
    WITH hits AS MATERIALIZED (
        SELECT ticket_id FROM tickets_searchdocument,
            (SELECT regexp_replace(to_tsquery('english', %s)::text, '<(-|\d+)>', '&', 'g')::tsquery)
                AS loosely (wanted)
        WHERE document @@ wanted
    )
    SELECT number FROM (SELECT ticket_id FROM hits ORDER BY 1 DESC OFFSET 0) AS candidate (number)
    CROSS JOIN LATERAL ({visible} OFFSET 0) AS visible
    WHERE (SELECT document @@ to_tsquery('english', %s) FROM tickets_searchdocument WHERE ticket_id = number)
    LIMIT {most}
"""
_UNFINISHED = {
    "unfinished",
    "open",
    "pending",
    "waiting",
    "breached",
    "late",
    "warned",
    "paused",
    "contested",
}
_FINISHED = {"solved", "closed", "merged", "spam", "deleted"}


@dataclass(frozen=True)
class Found:
    """One page of what a question finds; `exact` is the ticket whose number was asked for."""

    rows: list[Row]
    more: bool
    order: str
    snippets: Mapping[int, Markup]
    corrected: tuple[text.Corrected, ...] = ()
    exact: Row | None = None
    note: str = ""  # why nothing was found, if there is more to say


NOTHING = Found([], False, "newest", {})


def read(question: str) -> Question:
    """The question in parts. Raises Refused where it is none."""
    found = parsed(question, FILTERS, FAMILIES)
    for term in found.terms:
        if len(term.values) > MOST_VALUES:
            raise Refused(f"Ask for at most {MOST_VALUES} values of “{term.key}:” at once.")
    for value in found.values_of("sort"):
        if value.lower() not in ORDERS:
            raise Refused(
                f"“sort:{value}” is unknown: choose {', '.join(ORDERS[:-1])} or {ORDERS[-1]}."
            )
    return found


def filter_with(key: str) -> Filter:
    """The filter with this key, `impact` or `field.room`. Raises Refused if the desk has no such field."""
    family, point, name = key.partition(".")
    return FAMILIES[family](name) if point else FILTERS[key]


def find(question: str, asker: Asker, *, page: int = 1, as_written: bool = False) -> Found:
    """What the question finds on this page. A fixed number of queries. `as_written`: no word is put right."""
    asked, changed = read(question), list[text.Corrected]()
    if not as_written and asked.said:
        said, changed = text.corrected(asked.said)
        asked = replace(asked, said=tuple(said))
    tickets, order = ordered(asked, asker)
    start = (max(page, 1) - 1) * PAGE
    found = with_people(tickets, order, start, PAGE + 1)
    rows = rows_of(found[:PAGE])
    exact = _exact(asked, asker) if page == 1 else None
    note = ""
    if not found and asked.said and not text.says_anything(asked.said):
        note = "Words like “the” or “and” stand everywhere. Search for a rarer one."
    snippets = text.snippets([row.ticket.pk for row in rows], asked.said)
    return Found(
        [row for row in rows if exact is None or row.ticket != exact.ticket],
        len(found) > PAGE,
        order,
        snippets,
        tuple(changed),
        exact,
        note,
    )


def tickets_of(question: Question, asker: Asker) -> Tickets:
    """All tickets that the question finds and this agent may see, in no order."""
    found = _without_words(question, asker)
    wanted = text.written(question.said)
    if not wanted:
        return found.none() if question.said else found
    if any(each.phrase for each in question.said) or text.is_rare(question.said):
        return found.filter(pk__in=RawSQL(IN_PHRASES, [wanted]))  # noqa: S611 - as a parameter
    return found.filter(search__document=text.query_of(question.said))


def _without_words(question: Question, asker: Asker) -> Tickets:
    found = _door(question, asker)
    for term in question.terms:
        found = found.filter(_condition(term, asker))
    return found


def with_people(ordered: Tickets, order: str, start: int, most: int) -> list[Ticket]:
    """So many of these tickets from `start` on, in their order, with whom a row names. Their numbers come
    first: in one statement PostgreSQL would bring along the people of every ticket that there is, and
    then look which are wanted."""
    numbers = _numbers(ordered, order, start, most)
    rows = Ticket.objects.with_people().select_related("standing").in_bulk(numbers)
    return [rows[number] for number in numbers if number in rows]


def _numbers(ordered: Tickets, order: str, start: int, most: int) -> list[int]:
    """Where something is due on so many of them, they come from the index of what is due, which knows nothing
    of the others: of a whole desk's open tickets a page is wanted, and they need not all be sorted."""
    if order == "due":
        due = ordered.filter(standing__next_due_at__isnull=False)
        by_due = due.order_by("standing__next_due_at", "standing__ticket_id")
        numbers = list(by_due.values_list("pk", flat=True)[start : start + most])
        if len(numbers) == most:
            return numbers
    return list(ordered.values_list("pk", flat=True)[start : start + most])


def ordered(question: Question, asker: Asker) -> tuple[Tickets, str]:
    """The tickets in the order that was asked for, or that fits, with the name of that order."""
    found = tickets_of(question, asker)
    order = (question.values_of("sort") or [_fitting(question)])[-1].lower()
    if order == "best" and text.written(question.said):
        newest = _newest_in_phrases(question, asker) or found.order_by("-pk").values("pk")[:RANKED]
        return _best(newest, text.query_of(question.said)), order
    if order == "due":
        return found.order_by(F("standing__next_due_at").asc(nulls_last=True), "number"), order
    if order == "updated":
        return found.order_by("-updated_at", "-number"), order
    return found.order_by("-number"), "newest"


def among(numbers: Sequence[int], question: str, asker: Asker) -> list[Row]:
    """Those of these tickets that the question finds, as rows."""
    found = tickets_of(read(question), asker).filter(pk__in=numbers)
    return rows_of(found.with_people().select_related("standing").order_by("pk"))


def numbers_of(question: str, asker: Asker, *, most: int) -> list[int]:
    """The numbers of what the question finds, at most so many."""
    return list(
        tickets_of(read(question), asker).order_by("pk").values_list("pk", flat=True)[:most]
    )


def visible(numbers: Sequence[int], asker: Asker) -> list[int]:
    """Those of these numbers that are tickets which the one who asks may see, in whichever list."""
    found = readable_by(asker.agent.person).filter(pk__in=numbers)
    return list(found.values_list("pk", flat=True))


def counted(question: str, asker: Asker) -> int:
    """How many tickets it finds; stops counting one above a thousand."""
    found = tickets_of(read(question), asker)
    return found.order_by().values("pk")[: MOST_COUNTED + 1].count()


def _door(question: Question, asker: Asker) -> Tickets:
    """What was set aside is found by who asks for it, and by nobody else."""
    asked = {value.lower() for value in question.values_of("is")}
    for word, where in (("deleted", Aside.TRASH), ("spam", Aside.SPAM)):
        if word in asked:
            return set_aside_for(asker.agent.person, where)
    return tickets_for(asker.agent.person)


def _condition(term: Term, asker: Asker) -> Q:
    condition, asked = Q(), filter_with(term.key)
    for value in dict.fromkeys(term.values):
        condition |= asked.condition(value, asker)
    return ~condition if term.negated else condition


def _fitting(question: Question) -> str:
    if question.said:
        return "best"
    states = {value.lower() for key in ("is", "state") for value in question.values_of(key)}
    if states & _UNFINISHED and not states & _FINISHED:
        return "due"
    return "updated" if states & _FINISHED else "newest"


def _best(newest: Any, query: SearchQuery) -> Tickets:
    rank = SearchRank(F("search__document"), query, cover_density=True)
    tickets = Ticket.objects.filter(pk__in=newest)
    return tickets.annotate(rank=rank).order_by("-rank", "-number")


def _newest_in_phrases(question: Question, asker: Asker) -> RawSQL | None:
    """The newest tickets in which the phrases stand; None where none was asked for, or none can be found."""
    if not any(each.phrase and not each.negated for each in question.said):
        return None
    near = [each for each in question.said if not (each.phrase and each.negated)]
    this_one = RawSQL("candidate.number", [])
    found = _without_words(question, asker).filter(pk=this_one).order_by().values("pk")
    try:
        visible, values = found.query.sql_with_params()
    except EmptyResultSet:
        return None
    statement = NEWEST_IN_PHRASES.format(visible=visible, most=RANKED)
    wanted = [text.written(near), *values, text.written(question.said)]
    return RawSQL(statement, wanted)  # noqa: S611 - as parameters


def _exact(question: Question, asker: Asker) -> Row | None:
    if question.number is None:
        return None
    visible = tickets_for(asker.agent.person).with_people().select_related("standing")
    found = list(visible.filter(pk=question.number))
    return rows_of(found)[0] if found else None
