"""Mails that come too early: they answer one that nobody knows yet, and an earlier mail, which may be that
one, still waits in another worker's hand. Taken now, one conversation would become two tickets."""

from __future__ import annotations

from collections.abc import Sequence

from deskbell.mail.inbound.candidates import Candidate
from deskbell.mail.models import MailId, RawMail, stored_id

MOST_ANSWERED = 5  # Message-IDs that a mail answers: the nearest


def without_the_early(portion: Sequence[Candidate]) -> list[Candidate]:
    """Those that can be taken now. The others wait: for a mail that was never tried, so not for long."""
    answered = {
        each.pk: {stored_id(one) for one in each.answered_ids[-MOST_ANSWERED:]}
        for each in portion
        if each.answered_ids
    }
    doubtful = _of_unknown_ids(answered, portion)
    if not doubtful:
        return list(portion)
    others = RawMail.objects.waiting().filter(attempts=0, pk__lt=max(doubtful))
    earliest = others.exclude(pk__in=[each.pk for each in portion]).values_list("pk", flat=True)
    first = earliest.first()
    return [each for each in portion if first is None or each.pk not in doubtful or each.pk < first]


def _of_unknown_ids(answered: dict[int, set[str]], portion: Sequence[Candidate]) -> set[int]:
    if not answered:
        return set()
    wanted = {one for ids in answered.values() for one in ids}
    known = {stored_id(each.own_id) for each in portion if each.own_id}
    known |= set(MailId.objects.named(*wanted).values_list("value", flat=True))
    return {pk for pk, ids in answered.items() if ids.isdisjoint(known)}
