"""The final schedule of a rota in a JSON file, for people and programs that have no desk (S1 to S6)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from deskbell.oncall.rota import reading
from deskbell.oncall.rota.final import final
from deskbell.oncall.rota.schedule import BadSchedule, Schedule


def preview(text: bytes | str, start: str, end: str) -> list[dict[str, Any]]:
    """Who is on call between two written times: `[{from, to, people, why}]`, in UTC and in order.

    Times without an offset are by the wall clock of the rota's zone. Raises BadSchedule, whose
    sentence says what to change.
    """
    schedule = Schedule.from_document(_document(text))
    begins = reading.instant(start, "--from", schedule.zone)
    ends = reading.instant(end, "--to", schedule.zone, ends=True)
    if ends <= begins:
        raise BadSchedule(f"--to ({end}) must be later than --from ({start}).")
    return [
        {
            "from": _utc(each.start),
            "to": _utc(each.end),
            "people": list(each.people),
            "why": list(each.why),
        }
        for each in final(schedule, begins, ends)
    ]


def _document(text: bytes | str) -> Any:
    try:
        return json.loads(text)
    except UnicodeDecodeError:
        raise BadSchedule("It is no text in UTF-8: save it as JSON.") from None
    except RecursionError:
        raise BadSchedule("It is nested too deeply.") from None
    except json.JSONDecodeError as error:
        raise BadSchedule(f"It is no JSON: {error.msg} in line {error.lineno}.") from None


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
