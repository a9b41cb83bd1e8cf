"""Sweeping the make-believe town away, and nothing else."""

from __future__ import annotations

from django.db import transaction
from django.db.models import ProtectedError

from deskbell.cli.demo import fields, newcomers, troubles, watching, writings
from deskbell.people.models import District, Person
from deskbell.sla.models import PolicyVersion
from deskbell.tickets.models import Ticket


@transaction.atomic
def remove() -> dict[str, int]:
    """Delete what carries the mark `demo`; returns how many tickets, people and districts went.

    Someone of the town who has acted on a real ticket stays, without access: history is not
    rewritten.
    """
    tickets = Ticket.objects.filter(demo=True)
    people = Person.objects.filter(demo=True)
    gone = {"tickets": tickets.count(), "people": 0, "districts": 0}
    newcomers.forget()
    writings.forget()
    troubles.forget()
    watching.forget()
    tickets.delete()
    fields.forget()
    for person in people:
        gone["people"] += _delete_or_retire(person)
    gone["districts"] = District.objects.filter(demo=True).count()
    PolicyVersion.objects.filter(policy__district__demo=True).delete()
    District.objects.filter(demo=True).delete()
    return gone


def _delete_or_retire(person: Person) -> bool:
    try:
        with transaction.atomic():
            person.delete()
    except ProtectedError:
        person.is_active = False
        person.save(update_fields=["is_active"])
        return False
    return True
