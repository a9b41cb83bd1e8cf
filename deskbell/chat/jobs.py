"""Jobs of the chat room."""

from __future__ import annotations

from deskbell.chat import tallies
from deskbell.lib.jobs import nightly

nightly("forget-tallies", at="17 6 * * *")(tallies.forget)
