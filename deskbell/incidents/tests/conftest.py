"""The relay and the outbox of the mail room, for the tests of news."""

from __future__ import annotations

from deskbell.mail.tests.conftest import relay, sent

__all__ = ["relay", "sent"]
