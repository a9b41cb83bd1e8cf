"""What the inbox does in the background."""

from __future__ import annotations

from deskbell.inbox import glances
from deskbell.inbox.push import devices, sending
from deskbell.lib.jobs import nightly


@nightly("forget_devices", at="30 8 * * *")
def forget_devices() -> None:
    """Forget the devices that people removed a day ago, and what was sent a month ago."""
    devices.erase_removed()
    sending.erase_old()
    glances.forget_old()
