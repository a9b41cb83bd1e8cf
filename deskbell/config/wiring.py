"""What happens when ...? This page is the whole answer: who listens to which fact, and when.

Listeners of the first table run inside the transaction of the change, from top to bottom. Those of
the second draw fragments for the browsers; they reach them at commit and are dropped at rollback.
"""

from __future__ import annotations

from deskbell.lib.telling import Table

IN_THE_SAME_TRANSACTION: Table = {}

LIVE: Table = {}
