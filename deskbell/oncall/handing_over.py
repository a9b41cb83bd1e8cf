"""Hand-over: at a boundary, whoever takes over learns what is open and what was left for them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.monitoring.models import Alert
from deskbell.oncall.models import Call, Duty
from deskbell.people import notices
from deskbell.people.models import Agent
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket

LISTED = 20  # of each kind
LONGEST_NOTE = 4000


@dataclass(frozen=True)
class Open:
    """What somebody on call has on their hands: calls, alerts and urgent tickets, the newest first."""

    calls: list[Call]
    alerts: list[Alert]
    tickets: list[Ticket]

    @property
    def words(self) -> str:
        counted = [
            (len(self.calls), "open call"),
            (len(self.alerts), "open alert"),
            (len(self.tickets), "urgent ticket"),
        ]
        said = [f"{count} {what}{'s' if count > 1 else ''}" for count, what in counted if count]
        return ", ".join(said) or "nothing is open"


def what_is_open() -> Open:
    """Calls that ring or are held, alerts that have not ended, and Urgent tickets that wait for us."""
    calls = Call.objects.filter(next_at__isnull=False).select_related("ticket")
    alerts = Alert.objects.filter(state=Alert.State.OPEN).select_related("ticket", "source")
    tickets = Ticket.objects.filter(
        impact=Impact.URGENT, state="open", demo=False, confidential=False
    )
    return Open(
        list(calls.order_by("-id")[:LISTED]),
        list(alerts.order_by("-id")[:LISTED]),
        list(tickets.order_by("-number")[:LISTED]),
    )


def tell_incoming(begun: Duty, ended: Duty) -> None:
    """Tell whoever is new on call that it begins, what is open, and that a note waits."""
    before = set(ended.agents.values_list("pk", flat=True))
    incoming = [agent for agent in begun.agents.select_related("person") if agent.pk not in before]
    if not incoming or ended.ends_at is None:
        return
    note = f" {_of_note(ended)}" if ended.note else ""
    notices.notify(
        incoming,
        f"You are on call now ({begun.schedule}); {what_is_open().words}.{note}",
        path=f"/oncall/handover/{ended.pk}",
    )


def duty_numbered(number: int) -> Duty:
    """The duty with its people; NotFound."""
    found = Duty.objects.select_related("schedule", "noted_by").filter(pk=number).first()
    if found is None:
        raise NotFound("There is no such duty.")
    return found


@transaction.atomic
def leave_note(duty: Duty, note: str, *, by: Agent) -> None:
    """Leave a note for whoever takes over. Theirs who have the duty, or managers'."""
    duty = Duty.objects.select_for_update().get(pk=duty.pk)
    if not (by.manages or duty.agents.filter(pk=by.pk).exists()):
        raise Refused("Only those on call, and managers, leave a note for the next.")
    if len(note) > LONGEST_NOTE:
        raise Refused(f"Keep the note under {LONGEST_NOTE} letters: link to a ticket for the rest.")
    duty.note, duty.noted_by = note.strip(), by
    duty.save(update_fields=["note", "noted_by"])
    if duty.ends_at and duty.note:
        _tell_late(duty)


def _tell_late(duty: Duty) -> None:
    """The note came after the boundary: it goes to those who have it now."""
    present = duty.schedule.duties.filter(Q(ends_at=None) | Q(ends_at__gt=clock.now())).last()
    if present and present.pk != duty.pk:
        notices.notify(
            present.agents.select_related("person"),
            f"{_of_note(duty)} ({duty.schedule})",
            path=f"/oncall/handover/{duty.pk}",
        )


def _of_note(duty: Duty) -> str:
    """The note on one line: it becomes the subject of a mail."""
    return f"{duty.noted_by or 'Somebody'} left a note: {' '.join(duty.note.split())}"
