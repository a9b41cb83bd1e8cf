"""Asking what if, and what becomes of the question: answered by a job, cancelled, deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import OperationalError, transaction

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.jobs import soon
from deskbell.people.models import Person
from deskbell.reports.models import Turned, WhatIf
from deskbell.reports.whatif.comparing import Comparison, Period
from deskbell.reports.whatif.counting import Turn
from deskbell.sla import core
from deskbell.sla.core.instants import moment


@transaction.atomic
def ask(
    policy: core.Policy, first: date, last: date, changes: list[str], *, zone: str, by: Person
) -> WhatIf:
    """Put the question; a job answers it. Days are by the clock of `zone`, both included.
    `changes`: what differs, in sentences."""
    from deskbell.reports.jobs import answer_whatif  # noqa: PLC0415 - it loads this page

    period = Period.of_days(first, last, zone)
    if period.since > clock.now():
        raise Refused("The period lies in the future: choose days that have a history.")
    asked = WhatIf.objects.create(
        first=first,
        last=last,
        zone=zone,
        document=policy.document(),
        changes=changes,
        as_of=clock.now(),
        asked_by=by,
    )
    soon(answer_whatif, pk=asked.pk)
    return asked


def answer(pk: int) -> None:
    """Do the work, from the beginning: what a worker that died had found is forgotten.

    Returns quietly when the question is gone, cancelled or already answered, or when another
    attempt has begun meanwhile.
    """
    asked = WhatIf.objects.filter(pk=pk, ended_at=None).first()
    if asked is None:
        return
    attempt = asked.attempt + 1
    mine = WhatIf.objects.filter(pk=pk, attempt=attempt, ended_at=None)
    if not WhatIf.objects.filter(pk=pk, attempt=asked.attempt, ended_at=None).update(
        attempt=attempt, done=0
    ):
        return
    Turned.objects.filter(whatif=pk).delete()
    period = Period.of_days(asked.first, asked.last, asked.zone)
    policy = core.Policy.from_document(asked.document)
    work = Comparison(policy, period, asked.as_of)
    mine.update(total=work.total())
    try:
        for done, turns in work.steps():
            with transaction.atomic():
                if not mine.update(done=done):
                    return
                _keep(asked, turns)
    except core.PastHorizon as error:
        mine.update(ended_at=clock.now(), trouble=str(error)[:300])
        return
    except OperationalError:  # the database is away: the job comes again
        raise
    except Exception:  # a fault of ours: who asked must not wait for ever; the log has the rest
        mine.update(ended_at=clock.now(), trouble="That is our fault; the log tells why.")
        raise
    mine.update(result=work.result(), ended_at=clock.now())


def cancel(asked: WhatIf) -> None:
    """Stop the work; nothing happens to one that has ended."""
    WhatIf.objects.filter(pk=asked.pk, ended_at=None).update(ended_at=clock.now(), cancelled=True)


def _keep(asked: WhatIf, turns: Iterable[Turn]) -> None:
    Turned.objects.bulk_create(
        [
            Turned(
                whatif=asked,
                ticket=turn.about.number,
                metric=str(turn.metric),
                ordinal=turn.ordinal,
                impact=turn.impact,
                district=turn.about.district,
                to_missed=turn.to_missed,
                due_was=None if turn.due_was is None else moment(turn.due_was),
                due_would_be=None if turn.due_would_be is None else moment(turn.due_would_be),
            )
            for turn in turns
        ],
        batch_size=1000,
    )
