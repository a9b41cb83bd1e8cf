"""Does mail reach someone? An address whose mail came back is marked until they write again."""

from __future__ import annotations

from datetime import datetime

from deskbell.people.models import Person


def mail_failed(person: Person, why: str, *, at: datetime) -> None:
    """Mail to their address comes back, or is called spam; the first time counts."""
    if person.mail_fails_since is None:
        person.mail_fails_since = at
    person.mail_fails_why = why[:300]
    person.save(update_fields=["mail_fails_since", "mail_fails_why"])


def mail_works(person: Person) -> None:
    """They have written, or someone knows better: the mark goes."""
    if person.mail_fails_since is not None:
        person.mail_fails_since, person.mail_fails_why = None, ""
        person.save(update_fields=["mail_fails_since", "mail_fails_why"])
