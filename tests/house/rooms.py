"""The rooms and their floors, as pyproject.toml draws them, and the files that Git keeps."""

from __future__ import annotations

import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "deskbell"


@cache
def floors() -> dict[str, int]:
    """Each room's floor; the lowest is 0."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (layers,) = [
        contract["layers"]
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    ]
    return {
        room.strip(): floor
        for floor, layer in enumerate(reversed(layers))
        for room in layer.split("|")
    }


def may_use(room: str, other: str) -> bool:
    """Does `other` lie below `room`, or is it the same?"""
    return room == other or floors()[other] < floors()[room]


def tracked_files() -> list[Path]:
    """Every file that Git keeps or would keep, without those that are deleted here."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
