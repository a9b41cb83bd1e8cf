"""What the watch remembers in a file, since the database may be what is away: whom to write to, and what
they have been told."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

EVERY = 3600.0  # seconds between two mails about one reason


@dataclass
class Memory:
    """`told`: reason to the Unix time at which the managers were last told. `addresses`: theirs."""

    addresses: list[str] = field(default_factory=list)
    told: dict[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Memory:
        """What was kept; a file that is missing or damaged is as good as none."""
        try:
            kept = json.loads(path.read_text())
            return cls(
                addresses=[str(each) for each in kept["addresses"]],
                told={str(reason): float(at) for reason, at in kept["told"].items()},
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls()

    def keep(self, path: Path) -> None:
        """Whole or not at all. A full disk keeps nothing, and the watch goes on."""
        draft = path.with_suffix(".part")
        try:
            draft.write_text(json.dumps(asdict(self)))
            os.replace(draft, path)  # noqa: PTH105
        except OSError:
            return

    def untold(self, reasons: Iterable[str], now: float) -> set[str]:
        """Those about which nobody was told in the last hour, by a clock that may have gone back."""
        return {
            reason for reason in reasons if not 0 <= now - self.told.get(reason, -EVERY) < EVERY
        }
