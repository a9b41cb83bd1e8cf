"""The template of onboardings: what it says now, and how an administrator changes it or goes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.http import QueryDict

from deskbell.guidance.days import MOST_DAYS
from deskbell.guidance.models import LONGEST_TITLE, Anchor, Side, Template
from deskbell.guidance.standard import STEPS
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import whole
from deskbell.lib.text import plain
from deskbell.people.models import Agent
from deskbell.sla.coverages.words import one_line

MOST_STEPS, LONGEST_TEXT = 60, 2000
FIELDS = ("title", "title_es", "text", "text_es", "side", "anchor", "days")


@dataclass(frozen=True)
class PlannedStep:
    """A step of the template: due `days` working days after its anchor, before it if negative."""

    title: str
    title_es: str
    text: str
    text_es: str
    side: str  # of Side
    anchor: str  # of Anchor
    days: int


def current() -> Template | None:
    """The template that a person wrote last; None while Deskbell's own holds."""
    return Template.objects.select_related("made_by__person").order_by("-pk").first()


def steps_of(template: Template | None) -> list[PlannedStep]:
    """Its steps as an onboarding has them: from the start on, then around the go-live."""
    planned = [PlannedStep(**each) for each in (template.steps if template else STEPS)]
    order = list(Anchor)
    return sorted(planned, key=lambda step: (order.index(Anchor(step.anchor)), step.days))


@transaction.atomic
def save(steps: Sequence[PlannedStep], *, by: Agent) -> Template:
    """From now on onboardings begin with these; those that go on stay. Refused if there is none."""
    if not steps:
        raise Refused("Keep at least one step: an onboarding without steps is over at once.")
    return Template.objects.create(steps=[asdict(each) for each in steps], made_by=by)


def go_back() -> None:
    """Take the newest template back: the one before it holds again, at last Deskbell's own. Refused then."""
    deleted, _ = Template.objects.filter(pk__in=Template.objects.order_by("-pk")[:1]).delete()
    if not deleted:
        raise Refused("This is how Deskbell begins: there is nothing to take back.")


def read(form: QueryDict) -> list[PlannedStep]:
    """The steps that a form brought, a list of values for each of FIELDS; one without a title is none.
    Refused with what is wrong, and in which step."""
    columns = [form.getlist(name) for name in FIELDS]
    lines = list(zip(*columns, strict=False))
    if len(lines) > MOST_STEPS:
        raise Refused(f"A template has at most {MOST_STEPS} steps.")
    named = [line for line in lines if line[0].strip()]
    return [_read(*line) for line in named]


def _read(
    title: str, title_es: str, text: str, text_es: str, side: str, anchor: str, days: str
) -> PlannedStep:
    title = one_line(title, LONGEST_TITLE)
    if side not in Side.values or anchor not in Anchor.values:
        raise Refused(f"“{title}”: choose whose step it is, and from when its days count.")
    written = days.strip().replace("−", "-")
    count = whole(written.removeprefix("-"), most=MOST_DAYS)
    if count is None:
        raise Refused(f"“{title}”: give whole working days, at most {MOST_DAYS}.")
    return PlannedStep(
        title,
        one_line(title_es, LONGEST_TITLE),
        plain(text).strip()[:LONGEST_TEXT],
        plain(text_es).strip()[:LONGEST_TEXT],
        side,
        anchor,
        -count if written.startswith("-") else count,
    )
