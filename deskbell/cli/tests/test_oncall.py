"""`deskbell oncall preview`: the final schedule of a file, without a desk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deskbell.cli import main

ROTA = {
    "zone": "America/New_York",
    "layers": [{"people": ["ana", "ben"], "handoff": "2026-03-06T09:00", "every": [1, "weeks"]}],
    "overrides": [
        {"from": "2026-03-10T09:00Z", "to": "2026-03-10T10:00Z", "kind": "remove", "person": "ana"}
    ],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rota.json"
    path.write_text(json.dumps(ROTA))
    return path


def preview(file: Path, *words: str) -> Result:
    span = ["--from", "2026-03-10T08:00Z", "--to", "2026-03-13T14:00Z"]
    return CliRunner().invoke(main, ["oncall", "preview", str(file), *span, *words])


def test_json_is_the_final_schedule_in_utc_and_nothing_else(file: Path) -> None:
    assert json.loads(preview(file, "--json").stdout) == [
        {
            "from": "2026-03-10T08:00:00Z",
            "to": "2026-03-10T09:00:00Z",
            "people": ["ana"],
            "why": ["layer 1"],
        },
        {
            "from": "2026-03-10T10:00:00Z",
            "to": "2026-03-13T13:00:00Z",
            "people": ["ana"],
            "why": ["layer 1"],
        },
        {
            "from": "2026-03-13T13:00:00Z",
            "to": "2026-03-13T14:00:00Z",
            "people": ["ben"],
            "why": ["layer 1"],
        },
    ]


def test_without_json_it_is_a_table(file: Path) -> None:
    lines = preview(file).stdout.splitlines()
    assert lines[0].split() == ["from", "to", "on", "call", "why"]
    assert lines[-1].split() == [
        "2026-03-13T13:00:00Z",
        "2026-03-13T14:00:00Z",
        "ben",
        "layer",
        "1",
    ]


def test_nobody_is_a_sentence_and_in_json_an_empty_list(file: Path) -> None:
    file.write_text('{"zone": "UTC"}')
    assert preview(file).stdout == "Nobody is on call in that time.\n"
    assert json.loads(preview(file, "--json").stdout) == []


def test_what_it_cannot_read_is_one_sentence_and_status_1(file: Path) -> None:
    file.write_text('{"zone": "US/Eastern"}')
    result = preview(file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1 and "write 'America/New_York'" in result.stderr


def test_it_asks_no_database_and_no_settings(file: Path) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("D")}
    span = ["--from", "2026-03-10", "--to", "2026-03-11"]
    code = (
        "import sys; from deskbell.cli import main;"
        f"main({['oncall', 'preview', str(file), *span]!r}, standalone_mode=False);"
        "sys.exit('django' in sys.modules or 'psycopg' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], env=own, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()
