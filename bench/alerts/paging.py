"""One emergency in the middle of a storm: how soon its page is handed over while thousands of pages wait.

    .venv/bin/python -m bench.alerts.paging [--queued 10000] [--times 10] [--json]

About five minutes on two cores, most of it to see that nothing was lost. The worker is a real one, in
a process of its own; the pages of the storm are mails that it hands over into the outbox folder, one
file each.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

from bench.scratch import scratch_desk, wait_until

PATIENCE = 1800  # seconds
FILL = """
INSERT INTO mail_outboundmail (kind, mail_id, from_name, to_name, to_address, cc, recipient,
    unsubscribe, logo, logo_type, subject, text, html, state, created_at, next_attempt_at, attempts,
    error, permanent, provider_id, overtakes)
SELECT 'notice', '<storm-' || n || '@bench.example>', 'Desk', 'Ada', 'ada@desk.example', '{}',
    'ada@desk.example', '', '', '', 'Page ' || n, 'Down', '', 'queued', now(), now(), 0, '', false,
    '', false
FROM generate_series(1, %s) n
"""


def main() -> None:
    """Run it and print a table, or JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--queued", type=int, default=10_000)
    options.add_argument("--times", type=int, default=10)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with scratch_desk():
        found = measure(chosen.queued, chosen.times)
    print(json.dumps(found, indent=2) if chosen.json else table(found))


def measure(queued: int, times: int) -> dict[str, Any]:
    from django.db import connection

    from deskbell.mail.models import OutboundMail
    from deskbell.people.models import Agent
    from deskbell.people.teams import add_agent

    add_agent("ada@desk.example", "Ada Abara", role=Agent.Role.ADMINISTRATOR)
    with connection.cursor() as cursor:
        cursor.execute(FILL, [queued])
        cursor.execute("ANALYZE mail_outboundmail")
    worker = subprocess.Popen([sys.executable, "-m", "deskbell", "worker"], env=os.environ)
    try:
        wait_until(
            lambda: OutboundMail.objects.filter(state="sent").exists(),
            "the worker to begin",
            PATIENCE,
        )
        took = sorted(_handed_over(number) for number in range(times))
        waiting = OutboundMail.objects.filter(state="queued").count()
        wait_until(
            lambda: not OutboundMail.objects.exclude(state="sent").exists(),
            "the whole storm",
            PATIENCE,
        )
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    sent = OutboundMail.objects.filter(state="sent")
    storm, pages = sent.filter(mail_id__startswith="<storm-"), sent.filter(page__step=1)
    return {
        "queued": queued,
        "still_waiting_after_the_last": waiting,
        "handed_over_ms": {"p50": took[len(took) // 2], "worst": took[-1]},
        "lost": queued + times - storm.count() - pages.count(),
    }


def _handed_over(number: int) -> float:
    """Milliseconds from when an Urgent alert was stored until its page's mail had left the worker."""
    from deskbell.monitoring import alerts
    from deskbell.monitoring.intake.normal import Reported
    from deskbell.monitoring.models import Body
    from deskbell.monitoring.sources import ensure_default_source
    from deskbell.oncall.models import Page

    now = datetime.now(UTC)
    body = Body.objects.create(
        source=ensure_default_source(), content=b"", sha256="", size=0, state=Body.State.TAKEN
    )
    alerts.take(Reported(str(number), f"Down {number}", "", "critical", {}, now, None), body)
    began = time.perf_counter()
    page = Page.objects.filter(way="mail").latest("id")
    wait_until(lambda: Page.objects.filter(pk=page.pk, state="sent").exists(), "a page", PATIENCE)
    return round((time.perf_counter() - began) * 1000, 1)


def table(found: dict[str, Any]) -> str:
    """The figures in Markdown."""
    handed = found["handed_over_ms"]
    rows = [
        ("pages that wait", f"{found['queued']:,}"),
        ("an Urgent page handed over: p50, worst", f"{handed['p50']} ms, {handed['worst']} ms"),
        ("pages that still waited then", f"{found['still_waiting_after_the_last']:,}"),
        ("lost", f"{found['lost']}"),
    ]
    return "\n".join(["| measure | figure |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)])


if __name__ == "__main__":
    main()
