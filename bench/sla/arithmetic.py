"""Covered time against four libraries, in one run, the same answers checked.

    .venv/bin/python bench/sla/arithmetic.py [--scratch FOLDER] [--seconds 0.3]

Business hours are 9 to 17 UTC, Monday to Friday, with the ten US federal holidays of 2026: all of
the libraries can say that. Deskbell is asked through its public methods, aware datetimes in and
out. Each library in the setting that its documentation gives for this, made once and used many
times. Prints two Markdown tables and, last, everything as one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from time import perf_counter

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SPANS = {"day": 1, "month": 30, "year": 365}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = Path(tempfile.gettempdir()) / "deskbell-bench-sla"
    parser.add_argument("--scratch", type=Path, default=default, help="where contenders live")
    parser.add_argument("--seconds", type=float, default=0.3, help="the least time of a round")
    asked = parser.parse_args()
    enter(asked.scratch)
    sys.path[:0] = [str(ROOT), str(HERE)]
    print_all(compare(asked.seconds), vectors())


def enter(scratch: Path) -> None:
    """Go on in the scratch environment; make it first if there is none."""
    python = scratch / "bin" / "python"
    if Path(sys.prefix).resolve() == scratch.resolve():
        return
    if not (scratch / "ready").exists():
        venv.create(scratch, with_pip=True, clear=True)
        wanted = ["-r", str(HERE / "requirements.txt")]
        subprocess.run([python, "-m", "pip", "install", "-q", *wanted], check=True)
        (scratch / "ready").touch()
    os.execv(python, [str(python), *sys.argv])


def compare(seconds: float) -> list[dict[str, object]]:
    """Calls a second of everyone, by operation and span."""
    from contenders import everyone, questions

    found = []
    for span, days in SPANS.items():
        asked = questions(days)
        for operation in ("add", "between"):
            answers = None
            for contender in everyone():
                calls = contender.calls(operation, asked)
                if calls is None:
                    found.append(row(operation, span, contender.name, None))
                    continue
                given = [contender.read(call()) for call in calls]
                answers = answers or given
                assert given == answers, (contender.name, operation, span)
                found.append(row(operation, span, contender.name, rate(calls, seconds)))
    return found


def row(operation: str, span: str, name: str, measured: float | None) -> dict[str, object]:
    return {"operation": operation, "span": span, "library": name, "per_second": measured}


def rate(calls: list, seconds: float) -> float:
    """The best of three rounds, each as many times through the calls as the time needs."""
    best = 0.0
    for _ in range(3):
        done, began = 0, perf_counter()
        while (took := perf_counter() - began) < seconds:
            for call in calls:
                call()
            done += len(calls)
        best = max(best, done / took)
    return best


def vectors() -> list[dict[str, object]]:
    """A million random instants of a year at once, and 100,000 of them one by one."""
    import numpy as np
    from contenders import ours

    from deskbell.sla.core import vector
    from deskbell.sla.core.instants import moment

    dice, hour, coverage = np.random.default_rng(2026), 3_600_000_000, ours()
    at = 1_767_225_600_000_000 + dice.integers(0, 365 * 24 * hour, 1_000_000)
    amount = dice.integers(1, 200 * hour, at.size)
    ends = vector.add(coverage, at, amount)
    few = 100_000
    ats, upto = [moment(int(n)) for n in at[:few]], [moment(int(n)) for n in ends[:few]]
    lasting = [coverage.between(a, b) for a, b in zip(ats, upto, strict=True)]
    pairs = {
        "add": (lambda: vector.add(coverage, at, amount), coverage.add, (ats, lasting)),
        "between": (lambda: vector.between(coverage, at, ends), coverage.between, (ats, upto)),
        "contains": (lambda: vector.contains(coverage, at), coverage.contains, (ats,)),
    }
    found = []
    for operation, (whole, single, arguments) in pairs.items():
        array = max(at.size / timed(whole) for _ in range(5))
        one = max(few / timed(lambda: list(map(single, *arguments))) for _ in range(3))  # noqa: B023
        found.append({"operation": operation, "array": array, "scalar": one})
    return found


def timed(work) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def print_all(compared: list[dict], arrays: list[dict]) -> None:
    names = list(dict.fromkeys(each["library"] for each in compared))
    print("| calls a second | " + " | ".join(names) + " | ours against the fastest other |")
    print("|---|" + "---:|" * (len(names) + 1))
    for span in SPANS:
        for operation in ("add", "between"):
            rates = {
                each["library"]: each["per_second"]
                for each in compared
                if (each["operation"], each["span"]) == (operation, span)
            }
            others = [rates[name] for name in names[1:] if rates[name]]
            times = rates[names[0]] / max(others)
            cells = [f"{rates[name]:,.0f}" if rates[name] else "none" for name in names]
            print(f"| `{operation}`, a {span} | " + " | ".join(cells) + f" | {times:,.1f} × |")
    print("\n| values a second | array of a million | one by one | |\n|---|---:|---:|---:|")
    for each in arrays:
        times = each["array"] / each["scalar"]
        print(
            f"| `{each['operation']}` | {each['array']:,.0f} | {each['scalar']:,.0f} "
            f"| {times:,.0f} × |"
        )
    machine = {"python": platform.python_version(), "cores": os.cpu_count()}
    print("\n" + json.dumps({"machine": machine, "compared": compared, "arrays": arrays}))


if __name__ == "__main__":
    main()
