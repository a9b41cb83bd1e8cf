"""django-helpdesk's own intake of a folder of mails; `bench.helpdesk` runs it in the scratch environment.

    python -m bench.mail.contender <host> <folder>      prints JSON: seconds, cpu, tickets, updates

Its mailbox type "local" is the quickest that it has: no network, one process.
"""

from __future__ import annotations

import json
import logging
import sys
import time

from bench.helpdesk import set_up


def main(host: str, folder: str) -> None:
    set_up(host)
    from helpdesk.email import process_queue
    from helpdesk.models import FollowUp, Queue, Ticket

    queue, _ = Queue.objects.get_or_create(
        slug="q",
        defaults={
            "title": "Q",
            "email_address": "support@deskbell.localhost",
            "allow_email_submission": True,
            "email_box_type": "local",
            "email_box_local_dir": folder,
        },
    )
    logger = logging.getLogger("bench")
    logger.setLevel(logging.CRITICAL)
    tickets, updates = Ticket.objects.count(), FollowUp.objects.count()
    began, used = time.perf_counter(), time.process_time()
    process_queue(queue, logger)
    took = time.perf_counter() - began
    told = {
        "seconds": took,
        "cpu": time.process_time() - used,
        "tickets": Ticket.objects.count() - tickets,
        "updates": FollowUp.objects.count() - updates,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
