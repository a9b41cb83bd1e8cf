"""django-helpdesk's own intake of a folder of mails: run by the scratch Python, told by arguments.

    python contender.py <host> <database> <folder>      prints JSON: seconds, cpu, tickets, updates

Its mailbox type "local" is the quickest that it has: no network, one process, as its documentation
sets it up. Mails that it sends go to Django's dummy backend, which costs it nothing.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path


def main(host: str, database: str, folder: str) -> None:
    import django
    from django.conf import settings

    apps = "admin auth contenttypes sessions sites humanize messages staticfiles"
    settings.configure(
        SECRET_KEY="bench",
        USE_TZ=True,
        SITE_ID=1,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": host,
                "NAME": database,
                "USER": "postgres",
                "CONN_MAX_AGE": None,
            }
        },
        INSTALLED_APPS=[
            *(f"django.contrib.{app}" for app in apps.split()),
            "rest_framework",
            "helpdesk",
        ],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        MEDIA_ROOT=str(Path(folder).parent / "media"),
        ROOT_URLCONF=Path(__file__).stem,
        STATIC_URL="/static/",
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        ],
        HELPDESK_TEAMS_MODE_ENABLED=False,
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
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


def __getattr__(name: str) -> object:
    """This module is its list of addresses too, once Django is ready for one."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.urls import include, path

    return [path("", include("helpdesk.urls", namespace="helpdesk"))]


if __name__ == "__main__":
    main(*sys.argv[1:])
