"""What differs between two versions is told in words, promise by promise and coverage by coverage (K9)."""

from __future__ import annotations

from datetime import date
from typing import Any

from deskbell.sla.editing.difference import difference_of
from deskbell.sla.models import Coverage, DatedException, HolidayCalendar, PolicyVersion
from deskbell.sla.policies import current_version
from deskbell.sla.tests.plans import standard
from deskbell.sla.versions import make, merged, renew_all
from tests.town import Town


def told(version: PolicyVersion) -> list[tuple[str, str, str]]:
    before = version.policy.versions.get(number=version.number - 1)
    return [(line.where, line.before, line.after) for line in difference_of(version, before)]


def renewed() -> PolicyVersion:
    [made] = renew_all(reason="Edited")
    return made


def test_promises_and_settings_that_changed_came_and_went(town: Town) -> None:
    base = current_version()
    changes = {
        "targets": {
            "normal": {
                "first_reply": {"target": 5400, "coverage": "always"},
                "resolution": {"target": 22 * 3600, "coverage": "business_hours"},
            },
            "low": {"periodic_update": None},
        },
        "escalation": {"vendor": {"urgent": {"target": 600, "coverage": "always"}}},
        "warn_at": 0.5,
        "resolution_pauses_while_waiting": True,
    }
    ladder: list[dict[str, Any]] = [
        {"at": "warning", "tell": ["lead"]},
        {"at": 90, "tell": ["manager"]},
    ]
    made = make(standard(), merged(base.document, changes), ladder=ladder, reason="Much")
    assert told(made) == [
        ("Normal, first reply", "4 h, Business hours", "1 h 30 min, 24/7"),
        ("Normal, resolution", "none", "22 h, Business hours"),
        ("Low, update", "55 h, Business hours", "none"),
        ("A vendor takes over, Urgent", "none", "10 min, 24/7"),
        ("Warning", "at 75 % of the target", "at 50 % of the target"),
        ("Resolution while waiting", "runs", "pauses"),
        ("Told at the warning", "assignee, whoever is on call", "team lead"),
        ("Told at the breach", "assignee, team lead, whoever is on call", "nobody"),
        ("Told 30 min after the breach", "managers, whoever is on call", "nobody"),
        ("Told 90 min after the breach", "nobody", "managers"),
    ]


def test_windows_and_closures_that_changed(town: Town) -> None:
    coverage = Coverage.objects.get(key="business_hours")
    coverage.windows["mon"] = [["08:00", "12:00"], ["13:00", "19:00"]]
    coverage.windows["sat"] = [["09:00", "12:00"]]
    coverage.save()
    summer = {"first": date(2026, 6, 15), "last": date(2026, 8, 28), "name": "Summer"}
    DatedException.objects.create(coverage=coverage, **summer)
    DatedException.objects.create(
        coverage=coverage,
        first=date(2026, 12, 23),
        last=date(2026, 12, 23),
        windows=[["08:00", "12:00"]],
    )
    lines = told(renewed())
    assert lines[:2] == [
        ("Business hours, Mon", "08:00 to 19:00", "08:00 to 12:00, 13:00 to 19:00"),
        ("Business hours, Sat", "closed", "09:00 to 12:00"),
    ]
    assert ("Business hours, Dec 23, 2026", "as usual", "08:00 to 12:00") in lines
    first, last = ("Jun 15, 2026", "Aug 28, 2026")
    in_summer = [line for line in lines if line[2] == "Summer, closed"]
    assert in_summer[0][0].startswith(f"Business hours, {first} to")
    assert in_summer[-1][0].endswith(f"to {last}")
    assert len(in_summer) < 8  # its days in a row are one line, but for the holidays in it


def test_holidays_that_went(town: Town) -> None:
    HolidayCalendar.objects.all().delete()
    lines = told(renewed())
    assert ("Business hours, Nov 26, 2026", "Thanksgiving Day, closed", "as usual") in lines


def test_a_coverage_that_a_policy_names_for_the_first_time(town: Town) -> None:
    Coverage.objects.create(
        key="saturdays",
        name="Saturdays",
        zone="America/Chicago",
        windows={"sat": [["09:00", "12:00"]]},
    )
    promise = {"targets": {"low": {"resolution": {"target": 3600, "coverage": "saturdays"}}}}
    base = current_version()
    made = make(standard(), merged(base.document, promise), ladder=base.ladder, reason="More")
    assert told(made) == [
        ("Low, resolution", "none", "1 h, Saturdays"),
        ("Coverage Saturdays", "none", "Sat 09:00 to 12:00, America/Chicago"),
    ]


def test_the_first_version_differs_from_nothing(town: Town) -> None:
    lines = difference_of(current_version(), None)
    assert lines[0].where == "Urgent, first reply"
    assert {line.before for line in lines} == {"none", "nobody"}
