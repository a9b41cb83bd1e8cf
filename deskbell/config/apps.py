"""Connects the wiring once every room is loaded."""

from __future__ import annotations

from django.apps import AppConfig


class Wired(AppConfig):
    """The last app: by the time it is ready, every room it wires is there."""

    name = "deskbell.config"
    label = "wiring"

    def ready(self) -> None:
        from deskbell.config import wiring  # noqa: PLC0415 - models exist only now
        from deskbell.lib import telling  # noqa: PLC0415

        telling.connect(in_the_same_transaction=wiring.IN_THE_SAME_TRANSACTION, live=wiring.LIVE)
