"""What a line of the timeline says about an event of an incident, without its actor and its time."""

from __future__ import annotations

from typing import Any

from deskbell.incidents.models import IncidentEvent, Phase, Severity

Kind = IncidentEvent.Kind


def sentence(event: IncidentEvent) -> str:
    """Such as “made it Critical”. Empty: not worth a line."""
    data: dict[str, Any] = event.data
    match event.kind:
        case Kind.DECLARED:
            return f"declared it, {Severity(data['severity']).label}: {data['title']}"
        case Kind.TITLE:
            return f"named it “{data['to']}”"
        case Kind.SEVERITY:
            return f"changed it from {Severity(data['was']).label} to {Severity(data['to']).label}"
        case Kind.STARTED:
            return "corrected when it began"
        case Kind.LEAD:
            return f"made {data['name']} the lead" if data.get("to") else "left it without a lead"
        case Kind.COMMUNICATIONS:
            if data.get("to"):
                return f"gave communications to {data['name']}"
            return "left communications to nobody"
        case Kind.COMPONENTS:
            return _components(data["was"], data["to"])
        case Kind.DISTRICTS:
            how = "worked out" if data.get("worked_out") else "chose"
            whom = "everyone" if data.get("everyone") else _names(data.get("districts", []))
            return f"{how} whom it concerns: {whom}"
        case Kind.ALERT:
            return _alerts(event, data)
        case Kind.TICKETS:
            return f"joined {_tickets(data.get('tickets', []))}"
        case Kind.TICKETS_LEFT:
            return f"took {_tickets(data.get('tickets', []))} out"
        case Kind.UPDATE:
            return f"told everyone: {Phase(data['phase']).label}"
        case Kind.NOTE:
            return "noted"
        case Kind.REOPENED:
            return "opened it again"
        case Kind.RESOLVED:
            return "resolved it"
        case Kind.CAUSE:
            return _cause(data)
        case Kind.REMINDED:
            names = _names(data.get("names", [])) or "those who lead"
            return f"Reminded {names} of the promised update"
        case Kind.POSTMORTEM:
            if data.get("back"):
                return "took the postmortem back"
            return "published the postmortem" if data.get("published") else "began the postmortem"
        case Kind.PROPOSED:
            return f"{_tickets(data.get('tickets', []))} may belong to it"
        case Kind.TOLD:
            return f"told {_tickets(data.get('tickets', []))} what is known"
        case Kind.SOLVED:
            return f"solved {_tickets(_before(data))} together"
        case Kind.UNSOLVED:
            return f"took the solving of {_tickets(data.get('tickets', []))} back"
        case Kind.WAITING:
            return f"let {_tickets(_before(data))} wait for {data.get('vendor') or 'the vendor'}"
        case Kind.CAUSE_OVER:
            over = f"{data.get('vendor') or 'The vendor'} says that it is over"
            back = data.get("tickets", [])
            return f"{over}; {_tickets(back)} no longer {_wait(back)} for it" if back else over
    return ""


def _wait(numbers: list[int]) -> str:
    return "waits" if len(numbers) == 1 else "wait"


def _components(was: dict[str, str], now: dict[str, str]) -> str:
    """Only what is different."""
    changed = [
        f"set {name} to {state.lower()}" for name, state in now.items() if was.get(name) != state
    ]
    gone = [f"took {name} out" for name in was if name not in now]
    return _names(changed + gone)


def _cause(data: dict[str, Any]) -> str:
    vendor, title = data.get("vendor", ""), data.get("title", "")
    if not (vendor or title):
        return "took its cause away"
    return f"named its cause: {': '.join(filter(None, [vendor, title]))}"


def _tickets(numbers: list[int]) -> str:
    if len(numbers) > 3:
        return f"{len(numbers)} tickets"
    return _names([f"#{number}" for number in numbers]) or "nothing"


def _alerts(event: IncidentEvent, data: dict[str, Any]) -> str:
    """By a person, or by the desk itself."""
    count = len(data.get("alerts", [])) or 1
    what = "an alert" if count == 1 else f"{count} alerts"
    return f"joined {what}" if event.by_id else f"The desk joined {what} that looked alike"


def _before(data: dict[str, Any]) -> list[int]:
    return [int(number) for number in data.get("before", {})]


def _names(names: list[str]) -> str:
    if len(names) > 6:
        return f"{', '.join(names[:5])} and {len(names) - 5} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
