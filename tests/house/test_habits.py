"""Habits that a machine can check: the one door to tickets, rules with tests, migrations, hosts."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import call_command

from tests.house.rooms import PACKAGE, ROOT, tracked_files

RULE = re.compile(r"\b([CK])(\d{1,2})(?: to [CK](\d{1,2}))?\b")  # "C3", and "C1 to C5"
# Written in two pieces, so that this page does not name them either.
HOSTS = ["pypi." + "org", "python" + "hosted", "npm" + "js", "jsdeli" + "vr", "unpk" + "g.com"]
HOSTS += ["index" + "-url", "find" + "-links http", "cdn" + "js"]


def test_views_ask_for_tickets_at_the_one_door() -> None:
    views = [
        file
        for file in PACKAGE.rglob("*.py")
        if "views" in file.relative_to(PACKAGE).with_suffix("").parts and "tests" not in file.parts
    ]
    assert len(views) > 3
    touched = [file.name for file in views if "Ticket.objects" in file.read_text()]
    assert touched == []


def test_every_rule_that_the_code_names_is_named_by_a_test() -> None:
    implemented: set[str] = set()
    tested: set[str] = set()
    for room in ("sla", "tickets", "mail"):
        for file in (PACKAGE / room).rglob("*.py"):
            named = _rules_in(file.read_text())
            (tested if "tests" in file.parts else implemented).update(named)
    assert {"C1", "C5", "K1", "K3", "K7", "K8", "K12", "K14"} <= implemented
    assert sorted(implemented - tested) == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    told = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, verbosity=1, stdout=told)
    assert "No changes" in told.getvalue()


def test_no_file_names_a_package_host() -> None:
    files = tracked_files()
    assert ROOT / "requirements.lock" in files
    found = [
        f"{file.relative_to(ROOT)} names {host}"
        for file in files
        for host in HOSTS
        if host.encode() in file.read_bytes().lower()
        and not (file.parent == ROOT / "bin" and host.startswith("index"))
    ]
    assert found == []


def test_the_locks_pin_everything_with_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-setup.lock"):
        entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
        assert entries
        assert [one for one in entries if "==" not in one or "--hash=sha256:" not in one] == []


def _rules_in(text: str) -> set[str]:
    return {
        f"{letter}{number}"
        for letter, first, last in RULE.findall(text)
        for number in range(int(first), int(last or first) + 1)
    }
