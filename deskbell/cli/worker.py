"""The worker process: a loop for each kind of work, and procrastinate for ordinary jobs."""

from __future__ import annotations

import signal
import threading

from deskbell.cli.family import set_apart_what_stays
from deskbell.realtime.loops import run_forever


def work() -> None:
    """Do the desk's work until SIGTERM or Ctrl-C; what was begun is finished or done again."""
    from deskbell.chat import giving, leaving
    from deskbell.cli import jobs
    from deskbell.guidance import late
    from deskbell.helpcenter import publishing
    from deskbell.inbox.push import sending as pushes
    from deskbell.incidents import announcing, cause, grouping, owed
    from deskbell.incidents.news import delivering, posting
    from deskbell.incidents.news import trimming as news_trimming
    from deskbell.incidents.status_page import loop as status_page
    from deskbell.mail import outbound
    from deskbell.mail.inbound import taking
    from deskbell.mail.webhooks import in_s3
    from deskbell.monitoring import lasting
    from deskbell.monitoring.checks.standstill import Standstill
    from deskbell.monitoring.heartbeats import overdue
    from deskbell.monitoring.intake import taking as alerts
    from deskbell.monitoring.intake import trimming
    from deskbell.monitoring.maintenance import edges
    from deskbell.monitoring.vendors import polling
    from deskbell.oncall import duties, escalating, repaging
    from deskbell.oncall.sending import loop as pages
    from deskbell.sla import timers
    from deskbell.tickets import snoozing

    stop, page = threading.Event(), status_page.renderer()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    set_apart_what_stays()
    doing_jobs = threading.Thread(target=jobs.run_until, args=(stop,), name="jobs", daemon=True)
    doing_jobs.start()
    run_forever(
        {
            "mail": taking.step,
            "s3": in_s3.step,
            "outbound": outbound.step,
            "alerts": alerts.step,
            "lasting": lasting.step,
            "trimming": trimming.step,
            "heartbeats": overdue.step,
            "standstill": Standstill().step,
            "maintenance": edges.step,
            "vendors": polling.step,
            "calls": escalating.step,
            "pages": pages.step,
            "repaging": repaging.step,
            "duties": duties.step,
            "clocks": timers.step,
            "chats": giving.step,
            "visits": leaving.step,
            "snoozes": snoozing.step,
            "owed-updates": owed.step,
            "proposals": grouping.step,
            "announcements": announcing.step,
            "causes": cause.step,
            "articles": publishing.step,
            "onboardings": late.step,
            pushes.LOOP: pushes.step,
            "status-news": delivering.step,
            "status-posts": posting.step,
            "status-trimming": news_trimming.step,
            status_page.NAME: page.step,
            status_page.FAR: page.bring_far,
        },
        stop,
    )
    pages.finish()
    doing_jobs.join(timeout=5)
