"""The relay, the outbox and the letters of the mail room, for the tests of news."""

from __future__ import annotations

from deskbell.mail.tests.conftest import nobody_looks, relay, sent

__all__ = ["nobody_looks", "relay", "sent"]
