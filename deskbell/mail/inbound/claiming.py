"""Which mails this worker takes next. Reading takes longer than writing, so it is done before the
transaction, and a claim keeps other workers from reading the same mails meanwhile.

A claim is a lock of the connection on the mail's number: it ends with the connection, so a worker that
is killed leaves nothing behind. It only saves work: who takes a mail locks its row, and looks again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.db import DatabaseError, connection

from deskbell.lib import clock

LOOKED_AT = 1000  # waiting mails; those that other workers have claimed are among them
ROOM = 4 * 1024 * 1024  # bytes of mails that are claimed at once, after the first
NUMBERS = 2**31  # PostgreSQL takes two numbers of 32 bits
OF_MAILS = 0x6D61696C  # "mail"
CLAIM = """
    SELECT id, size FROM (
        SELECT id, octet_length(raw) AS size FROM mail_rawmail
        WHERE state = 'new' AND (next_attempt_at IS NULL OR next_attempt_at <= %s)
        ORDER BY id LIMIT %s
    ) AS waiting
    WHERE pg_try_advisory_lock(%s, (id %% %s)::integer) LIMIT %s
"""
LET_GO = "SELECT pg_advisory_unlock(%s, (id %% %s)::integer) FROM unnest(%s::bigint[]) AS held (id)"


@dataclass(frozen=True)
class Claim:
    """A mail that waits: its key, and its size in bytes."""

    pk: int
    size: int


@contextmanager
def claimed(most: int) -> Iterator[list[Claim]]:
    """Claim up to `most` mails that wait, in the order in which they came, until the end of the block."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [clock.now(), LOOKED_AT, OF_MAILS, NUMBERS, most])
        found = sorted((Claim(*row) for row in cursor.fetchall()), key=lambda claim: claim.pk)
    try:
        yield _what_there_is_room_for(found)
    finally:
        with (
            suppress(DatabaseError),
            connection.cursor() as cursor,
        ):  # the lost lost its claims, too
            cursor.execute(LET_GO, [OF_MAILS, NUMBERS, [claim.pk for claim in found]])


def _what_there_is_room_for(found: list[Claim]) -> list[Claim]:
    kept, room = found[:1], ROOM
    for claim in found[1:]:
        room -= claim.size
        if room < 0:
            break
        kept.append(claim)
    return kept
