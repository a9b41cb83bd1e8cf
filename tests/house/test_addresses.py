"""Every address of the desk stands in a table of who gets what; one without a row fails here.

Those of people and inbox are in `deskbell/inbox/tests/test_addresses.py`; here are the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from deskbell.guidance.beginning import begin as begin_onboarding
from deskbell.helpcenter import publishing
from deskbell.helpcenter.models import Collection, Section
from deskbell.inbox.tests.test_addresses import DOORS as DOORS_OF_THE_TEAM
from deskbell.inbox.tests.test_addresses import patterns
from deskbell.incidents.declaring import declare
from deskbell.incidents.models import Severity
from deskbell.lib import clock
from deskbell.mail.models import Mailbox, MailInS3, RawMail, SupportAddress, Wording
from deskbell.monitoring.heartbeats import editing as heartbeats
from deskbell.monitoring.models import Body, Maintenance, Source
from deskbell.monitoring.sources import ensure_default_source
from deskbell.monitoring.vendors import editing as vendors
from deskbell.oncall.answering import ensure_default_policy
from deskbell.oncall.models import Call
from deskbell.oncall.schedules import ensure_default_schedule
from deskbell.people.models import Person
from deskbell.reports.models import WhatIf
from deskbell.sla.models import Move, Policy
from deskbell.tickets.links import link_for
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town

SIGN_IN, NO, NONE, BAD_TOKEN = 302, 403, 404, 401

DOORS_OF_POLICIES = {
    ("promises/policies", "get"): (SIGN_IN, NO, 200, 200),
    ("promises/policies", "post"): (SIGN_IN, NO, NO, 404),  # managers may; like which plan?
    ("promises/policies/districts/{district}", "get"): (SIGN_IN, NO, 302, 302),
    ("promises/policies/{policy}", "get"): (SIGN_IN, NO, 200, 200),
    ("promises/policies/{policy}", "post"): (SIGN_IN, NO, NO, 200),
    ("promises/policies/{policy}/review", "post"): (SIGN_IN, NO, NO, 200),
    ("promises/policies/{policy}/versions", "get"): (SIGN_IN, NO, 200, 200),
    ("promises/policies/{policy}/versions/1", "get"): (SIGN_IN, NO, 200, 200),
    ("promises/policies/{policy}/versions/1", "post"): (SIGN_IN, NO, NO, 422),  # it holds already
    ("promises/policies/{policy}/versions/1/tickets", "get"): (SIGN_IN, NO, 200, 200),
    ("promises/policies/{policy}/versions/1/tickets", "post"): (SIGN_IN, NO, NO, 422),  # no reason
    ("promises/moves/{move}", "get"): (SIGN_IN, NO, 200, 200),
    ("promises/moves/{move}/progress", "get"): (SIGN_IN, NO, 200, 200),
}
HOURS = "promises/coverages/business_hours"
LOOK, EDIT, REFUSED = (SIGN_IN, NO, 200, 200), (SIGN_IN, NO, NO, 200), (SIGN_IN, NO, NO, 422)
GONE = (SIGN_IN, NO, NO, NONE)
DOORS_OF_COVERAGES = {
    ("promises/coverages", "get"): LOOK,
    ("promises/coverages", "post"): REFUSED,
    ("promises/coverages/edits/1/undo", "post"): GONE,
    **{
        (f"{HOURS}{page}", "get"): LOOK
        for page in ("", "/week", "/history", "/dates", "/holidays", "/calendars")
    },
    (f"{HOURS}/closure", "get"): EDIT,
    (f"{HOURS}/holidays/choice", "get"): REFUSED,  # without a country
    **{
        (f"{HOURS}/{form}", "post"): REFUSED
        for form in ("week", "name", "removal", "dates", "closure", "holidays", "calendars")
    },
    (f"{HOURS}/calendars/choice", "post"): REFUSED,
    (f"{HOURS}/dates/1", "get"): (SIGN_IN, NO, NONE, NONE),
    (f"{HOURS}/dates/1", "post"): GONE,
    (f"{HOURS}/dates/1/removal", "post"): GONE,
    (f"{HOURS}/holidays/0/removal", "post"): GONE,
    (f"{HOURS}/calendars/1/removal", "post"): GONE,
}

ROTA = "oncall/schedules/{schedule}"
DOORS_OF_ROTAS = {
    ("oncall", "get"): LOOK,
    (ROTA, "get"): LOOK,
    ("oncall/schedules", "post"): REFUSED,  # without a name
    (f"{ROTA}/layers", "get"): EDIT,
    (f"{ROTA}/layers", "post"): EDIT,  # drawn, and not saved
    (f"{ROTA}/removal", "post"): REFUSED,  # the last one
    (f"{ROTA}/overrides", "get"): LOOK,
    (f"{ROTA}/overrides", "post"): (SIGN_IN, NO, 422, 422),  # without a time
    (f"{ROTA}/conflicts", "post"): LOOK,
    ("oncall/overrides/1000000/undo", "post"): (SIGN_IN, NO, NONE, NONE),
    (f"{ROTA}/subscription", "post"): REFUSED,  # without an address
    ("oncall/absences/calendar", "post"): (SIGN_IN, NO, 422, 422),  # likewise
    (f"{ROTA}/temporary", "get"): EDIT,
    (f"{ROTA}/temporary", "post"): REFUSED,  # without a time
    ("oncall/temporary/1000000/undo", "post"): (SIGN_IN, NO, NO, NONE),
    (f"{ROTA}/renewal", "post"): (SIGN_IN, NO, NO, 302),
    (f"{ROTA}/swaps", "get"): LOOK,
    (f"{ROTA}/swaps", "post"): (SIGN_IN, NO, 422, 422),  # without a time
    ("oncall/swaps/1000000/answer", "post"): (SIGN_IN, NO, NONE, NONE),
    ("swap/wrong-token", "get"): (NONE,) * 4,
    ("swap/wrong-token", "post"): (NONE,) * 4,
    ("oncall/mine", "get"): LOOK,
    ("oncall/absences", "post"): (SIGN_IN, NO, 422, 422),  # without a time
    ("oncall/absences/1000000/removal", "post"): (SIGN_IN, NO, NONE, NONE),
    ("oncall/calendars/renewal", "post"): (SIGN_IN, NO, 302, 302),
    ("oncall/calendars/wrong-token.ics", "get"): (NONE,) * 4,
    ("oncall/handover/1000000", "get"): (SIGN_IN, NO, NONE, NONE),
    ("oncall/handover/1000000", "post"): (SIGN_IN, NO, NONE, NONE),
}

METHOD = "oncall/methods/1000000"  # of nobody: one's own alone can be asked for
DOORS_OF_METHODS = {
    ("oncall/methods", "get"): LOOK,
    ("oncall/methods", "post"): (SIGN_IN, NO, 422, 422),  # of which way?
    **{
        (f"{METHOD}{what}", "post"): (SIGN_IN, NO, NONE, NONE)
        for what in ("", "/test", "/code", "/removal", "/undo")
    },
    ("oncall/reachability", "get"): EDIT,
    ("oncall/push-worker.js", "get"): (200,) * 4,  # a program without a secret
}

DOORS_OF_SITES = {
    ("sites", "get"): EDIT,
    ("sites", "post"): REFUSED,  # without a name
    **{
        (f"sites/1000000{what}", "post"): GONE
        for what in ("", "/keys", "/keys/1/retirement", "/keys-address", "/removal")
    },
    ("sites/1000000", "get"): GONE,
    ("sites/look", "get"): EDIT,
    ("sites/look/preview", "get"): EDIT,
    ("sites/look/bubble.mjs", "get"): EDIT,
    ("sites/look/bubble/words-en.json", "get"): EDIT,
    ("sites/look", "post"): (SIGN_IN, NO, NO, 302),  # as it begins
}

INCIDENT = "incidents/{incident}"
ACT, WRONG = (SIGN_IN, NO, 302, 302), (SIGN_IN, NO, 422, 422)
DOORS_OF_INCIDENTS = {
    ("incidents", "get"): LOOK,
    ("incidents", "post"): WRONG,  # without a severity
    ("incidents/new", "get"): LOOK,
    ("incidents/live", "get"): LOOK,
    ("incidents/templates", "get"): LOOK,
    ("incidents/templates", "post"): REFUSED,  # without a phase
    ("incidents/proposals/1000000/declaration", "post"): (SIGN_IN, NO, NONE, NONE),
    ("incidents/proposals/1000000/dismissal", "post"): (SIGN_IN, NO, NONE, NONE),
    ("incidents/proposals/1000000/return", "post"): (SIGN_IN, NO, NONE, NONE),
    ("alerts/1000000/incident", "post"): (SIGN_IN, NO, NONE, NONE),
    ("tickets/{ticket}/incident", "post"): ACT,
    ("components/{component}/incident", "post"): ACT,
    ("incidents/of-alert/1000000", "get"): LOOK,  # a line that offers to declare one
    ("incidents/of-component/{component}", "get"): LOOK,
    (INCIDENT, "get"): LOOK,
    ("incidents/1000000", "get"): (SIGN_IN, NO, NONE, NONE),
    (f"{INCIDENT}/live", "get"): LOOK,
    (f"{INCIDENT}/tickets", "get"): LOOK,
    (f"{INCIDENT}/update", "get"): LOOK,
    (f"{INCIDENT}/update/preview", "post"): LOOK,
    (f"{INCIDENT}/reopening", "post"): ACT,
    **{
        (f"{INCIDENT}/{form}", "post"): WRONG
        for form in ("facts", "components", "districts", "roles", "notes", "update", "tickets")
    },
    (f"{INCIDENT}/tickets/leaving", "post"): WRONG,
    (f"{INCIDENT}/tickets/telling", "post"): WRONG,
    ("incidents/1000000/tickets/solving", "post"): (SIGN_IN, NO, NONE, NONE),
    ("incidents/1000000/tickets/solving/undo", "post"): (SIGN_IN, NO, NONE, NONE),
    (f"{INCIDENT}/cause", "post"): WRONG,  # of which vendor?
    (f"{INCIDENT}/cause/waiting", "post"): WRONG,  # for whom?
    (f"{INCIDENT}/postmortem", "get"): LOOK,
    (f"{INCIDENT}/postmortem", "post"): WRONG,  # it goes on
    (f"{INCIDENT}/postmortem/publication", "post"): WRONG,
}

DOORS_OF_HELP = {
    **{
        (f"{home}{page}", "get"): (200,) * 4
        for home in ("help", "help/es")
        for page in ("", "/promise", "/search", "/articles/{article}-print")
    },
    ("help/collections/1000000", "get"): (NONE,) * 4,
    ("help/es/collections/1000000", "get"): (NONE,) * 4,
    ("help/articles/1000000", "get"): (NONE,) * 4,
    ("help/articles/{for_districts}-invoices", "get"): (NONE, 200, 200, 200),
    ("help/articles/{for_team}-codes", "get"): (NONE, NONE, 200, 200),
    ("help/articles/{article}/feedback", "post"): (422,) * 4,  # without a face
    ("help/es/articles/{for_team}/feedback", "post"): (NONE, NONE, 422, 422),
    ("help/nowhere", "get"): (NONE,) * 4,
    ("help/es/nowhere", "get"): (NONE,) * 4,
    ("help/suggestions.json", "get"): (200,) * 4,
    ("help/sitemap.xml", "get"): (200,) * 4,
    ("robots.txt", "get"): (200,) * 4,
    ("help/colors/ffcc00.css", "get"): (200,) * 4,
    (f"help/images/{'0' * 64}.png", "get"): (NONE,) * 4,
    (f"help/logos/{'0' * 64}.png", "get"): (NONE,) * 4,
    ("hc/en-us/articles/1", "get"): (NONE,) * 4,
    ("articles", "get"): LOOK,
    ("articles", "post"): WRONG,  # without a title
    ("articles/missing", "get"): LOOK,
    ("articles/missing", "post"): ACT,
    ("articles/shelves", "get"): LOOK,
    ("articles/shelves", "post"): REFUSED,  # do what?
    ("articles/pictures", "post"): WRONG,  # which picture?
    ("articles/{article}/facts", "post"): (SIGN_IN, NO, NONE, NONE),  # where?
    ("articles/{article}/en", "get"): LOOK,
    ("articles/{article}/xx", "get"): (SIGN_IN, NO, NONE, NONE),
    ("articles/1000000/en", "get"): (SIGN_IN, NO, NONE, NONE),
    ("articles/{article}/en", "post"): WRONG,  # without a title
    ("articles/{article}/en/preview", "get"): LOOK,
    ("articles/{article}/en/preview", "post"): LOOK,
    ("articles/{article}/en/revisions/1", "get"): LOOK,
    ("articles/{article}/en/approval", "post"): WRONG,  # there is no draft
    ("articles/{article}/en/nothing", "post"): (SIGN_IN, NO, NONE, NONE),
    ("tickets/{ticket}/article", "post"): ACT,
}

ONE = "onboardings/{onboarding}"
STEP = f"{ONE}/steps/1000000"
DOORS_OF_GUIDANCE = {
    ("onboardings", "get"): LOOK,
    ("onboardings.csv", "get"): LOOK,
    ("onboardings/new", "get"): LOOK,
    ("onboardings/new", "post"): WRONG,  # of which district?
    ("onboardings/template", "get"): LOOK,
    ("onboardings/template", "post"): REFUSED,  # without a step
    ("onboardings/template/undo", "post"): REFUSED,  # Deskbell's own holds
    (ONE, "get"): LOOK,
    ("onboardings/1000000", "get"): (SIGN_IN, NO, NONE, NONE),
    (f"{ONE}/dates", "post"): WRONG,  # without a day
    (f"{ONE}/lead", "post"): WRONG,  # of whom?
    (f"{ONE}/ending", "post"): (SIGN_IN, NO, 302, 422),  # by then it is over
    (f"{ONE}/resumption", "post"): WRONG,  # it goes on
    (f"{ONE}/events/1/undo", "post"): WRONG,  # its beginning stays
    (f"{ONE}/steps", "post"): WRONG,  # without a title
    **{
        (f"{STEP}/{what}", "post"): (SIGN_IN, NO, NONE, NONE)
        for what in ("done", "reopening", "owner", "removal")
    },
    (f"{STEP}/due", "post"): WRONG,  # without a day
}

# A customer's session is its own: nobody's sign-in to the desk opens the portal. What each role of a
# district gets there stands in `deskbell/portal/tests/test_requests.py`.
ASKED_FOR_THE_ADDRESS = (SIGN_IN,) * 4
DOORS_OF_THE_PORTAL = {
    ("portal", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/requests.csv", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/new", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/new", "post"): ASKED_FOR_THE_ADDRESS,
    ("portal/people", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/people", "post"): ASKED_FOR_THE_ADDRESS,
    ("portal/people/1", "post"): ASKED_FOR_THE_ADDRESS,
    ("portal/people/1/removal", "post"): ASKED_FOR_THE_ADDRESS,
    ("portal/people/changes/1/undo", "post"): ASKED_FOR_THE_ADDRESS,
    ("portal/status", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/figures", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/figures/list", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/figures.csv", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/suggestions", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/articles/{article}", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/articles/{article}/answer", "post"): ASKED_FOR_THE_ADDRESS,
    ("portal/requests/{ticket}", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/requests/{ticket}/replies", "post"): ASKED_FOR_THE_ADDRESS,
    ("portal/requests/{ticket}/contests", "post"): ASKED_FOR_THE_ADDRESS,
    ("portal/requests/{ticket}/files/1", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/onboarding", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/onboarding/{onboarding}", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/onboarding/{onboarding}.csv", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/onboarding/{onboarding}/steps/1/done", "post"): ASKED_FOR_THE_ADDRESS,
    ("portal/onboarding/{onboarding}/steps/1/reopening", "post"): ASKED_FOR_THE_ADDRESS,
    ("portal/onboarding/{onboarding}/steps/1/question", "get"): ASKED_FOR_THE_ADDRESS,
    ("portal/onboarding/{onboarding}/steps/1/question", "post"): ASKED_FOR_THE_ADDRESS,
    ("portal/sign-in", "get"): (200,) * 4,
    ("portal/sign-in", "post"): (422,) * 4,  # without an address
    ("portal/enter/wrong-token", "get"): (NONE,) * 4,
    ("portal/enter/wrong-token", "post"): (NONE,) * 4,
    ("portal/with/wrong-key", "get"): (NONE,) * 4,
    ("portal/with/wrong-key/back", "get"): (NONE,) * 4,
    ("portal/sign-out", "post"): (302,) * 4,
    ("portal/language", "post"): (302,) * 4,
    ("districts/{district}/people", "get"): LOOK,
    ("districts/{district}/people", "post"): REFUSED,  # without an address
    ("districts/{district}/people/1000000/removal", "post"): GONE,
    ("districts/{district}/people/changes/1000000/undo", "post"): GONE,
}

# address, method: what a stranger, a contact, an agent and an administrator get
DOORS = {
    **DOORS_OF_METHODS,
    **DOORS_OF_ROTAS,
    **DOORS_OF_INCIDENTS,
    **DOORS_OF_HELP,
    **DOORS_OF_GUIDANCE,
    ("oncall/gaps", "get"): (SIGN_IN, NO, 200, 200),
    ("oncall/gaps", "post"): (SIGN_IN, NO, 302, 302),
    ("oncall/drills", "get"): (SIGN_IN, NO, 200, 200),
    ("oncall/drills/plan", "post"): (SIGN_IN, NO, NO, 422),  # without a name
    ("oncall/drills/1000000/runs", "post"): (SIGN_IN, NO, NO, NONE),
    ("oncall/drills/1000000/pause", "post"): (SIGN_IN, NO, NO, NONE),
    ("oncall/drills/1000000/removal", "post"): (SIGN_IN, NO, NO, NONE),
    ("oncall/watch", "get"): (SIGN_IN, NO, 200, 200),
    ("page/wrong-token", "get"): (NONE, NONE, NONE, NONE),
    ("page/wrong-token", "post"): (NONE, NONE, NONE, NONE),
    ("page/wrong-token/digits", "post"): (NONE,) * 4,  # without a phone provider
    ("tickets/{ticket}/acknowledgement", "post"): (SIGN_IN, NO, 302, 302),
    ("oncall/calls", "get"): (SIGN_IN, NO, 200, 200),
    ("oncall/calls/{call}", "get"): (SIGN_IN, NO, 200, 200),
    ("oncall/calls/{call}/answer", "post"): (SIGN_IN, NO, 302, 302),
    ("oncall/calls/{call}/takeover", "post"): (SIGN_IN, NO, 302, 302),
    ("oncall/calls/{call}/snooze", "post"): (SIGN_IN, NO, 422, 422),  # until when?
    ("oncall/policies", "get"): (SIGN_IN, NO, 200, 200),
    ("oncall/policies", "post"): (SIGN_IN, NO, 422, 422),  # agents may not, administrators no name
    ("oncall/policies/{escalation}", "get"): (SIGN_IN, NO, NO, 200),
    ("oncall/policies/{escalation}", "post"): (SIGN_IN, NO, NO, 422),
    ("oncall/policies/{escalation}/removal", "post"): (SIGN_IN, NO, NO, 422),  # the last one
    ("oncall/answering/high", "post"): (SIGN_IN, NO, NO, 422),
    ("mail/addresses", "get"): (SIGN_IN, NO, NO, 200),
    ("mail/addresses", "post"): (SIGN_IN, NO, NO, 422),
    ("mail/addresses/{address}", "get"): (SIGN_IN, NO, NO, 200),
    ("mail/addresses/{address}", "post"): (SIGN_IN, NO, NO, 422),
    ("mail/addresses/{address}/activity", "post"): (SIGN_IN, NO, NO, 302),
    ("mail/addresses/{address}/test", "post"): (SIGN_IN, NO, NO, 302),
    ("mail/addresses/{address}/keys", "post"): (SIGN_IN, NO, NO, 302),
    ("mail/addresses/{address}/keys/check", "post"): (SIGN_IN, NO, NO, 422),
    ("mail/letters/reply", "get"): (SIGN_IN, NO, NO, 200),
    ("mail/letters/reply", "post"): (SIGN_IN, NO, NO, 422),
    ("mail/letters/reply/preview", "post"): (SIGN_IN, NO, NO, 200),
    ("mail/letters/reply/versions/{version}", "get"): (SIGN_IN, NO, NO, 200),
    ("mail/look", "get"): (SIGN_IN, NO, NO, 200),
    ("mail/look", "post"): (SIGN_IN, NO, NO, 302),
    ("mail/logos/wrong", "get"): (SIGN_IN, NO, NO, NONE),
    ("mail/reports/postmark", "post"): (NONE,) * 4,  # without the service and its secret
    ("notices/mail", "get"): (SIGN_IN, NO, 200, 200),
    ("notices/mail", "post"): (SIGN_IN, NO, 302, 302),
    ("unsubscribe/made-up", "get"): (NONE,) * 4,
    ("unsubscribe/made-up", "post"): (NONE,) * 4,
    ("mail/quarantine", "get"): (SIGN_IN, NO, 200, 200),
    ("mail/quarantine/retry", "post"): (SIGN_IN, NO, 302, 302),
    ("mail/quarantine/senders/removal", "post"): (SIGN_IN, NO, 302, 302),
    ("mail/quarantine/{held}", "get"): (SIGN_IN, NO, 200, 200),
    ("mail/quarantine/{held}/raw", "get"): (SIGN_IN, NO, NO, 200),
    ("mail/quarantine/{held}/release", "post"): (SIGN_IN, NO, 422, 422),  # it can't be read
    ("mail/quarantine/{held}/return", "post"): (SIGN_IN, NO, 422, 422),  # it was not discarded
    ("mail/quarantine/{held}/retry", "post"): (SIGN_IN, NO, 302, 422),  # by then it is on its way
    ("mail/quarantine/{held}/discard", "post"): (SIGN_IN, NO, 302, 422),  # by then it is gone
    ("mail/quarantine/s3/{in_s3}/discard", "post"): (SIGN_IN, NO, 302, NONE),  # by then it is gone
    ("mail/quarantine/s3/{in_s3}/retry", "post"): (
        SIGN_IN,
        NO,
        302,
        NONE,
    ),  # by then it is on its way
    ("mail/doors", "get"): (SIGN_IN, NO, NO, 200),
    ("mail/doors", "post"): (SIGN_IN, NO, NO, 422),
    ("mail/mailboxes/{mailbox}", "get"): (SIGN_IN, NO, NO, 200),
    ("mail/mailboxes/{mailbox}", "post"): (SIGN_IN, NO, NO, 422),
    ("mail/mailboxes/{mailbox}/active", "post"): (SIGN_IN, NO, NO, 302),
    ("mail/mailboxes/{mailbox}/removal", "post"): (SIGN_IN, NO, NO, 302),
    ("mail/mailboxes/{mailbox}/consent", "get"): (SIGN_IN, NO, NO, 422),  # it has a password
    ("mail/consent", "get"): (SIGN_IN, NO, NO, 422),
    ("mail/webhooks/postmark", "post"): (SIGN_IN, NO, NO, 302),
    ("mail/in/postmark/wrong-token", "post"): (NONE, NONE, NONE, NONE),
    ("mail/in/mailgun/wrong-token/mime", "post"): (NONE, NONE, NONE, NONE),
    ("alerts", "get"): (SIGN_IN, NO, 200, 200),
    ("alerts/1000000", "get"): (SIGN_IN, NO, NONE, NONE),
    ("alerts/silences", "get"): (SIGN_IN, NO, 200, 200),
    ("alerts/bodies", "get"): (SIGN_IN, NO, 200, 200),
    ("alerts/sources", "get"): (SIGN_IN, NO, 200, 200),
    ("alerts/bodies/{body}", "get"): (SIGN_IN, NO, 200, 200),
    ("alerts/alertmanager/wrong-token", "post"): (NONE, NONE, NONE, NONE),
    ("v2/enqueue", "post"): (400, 400, 400, 400),  # without a key
    ("generic/2010-04-15/create_event.json", "post"): (400, 400, 400, 400),
    ("alerts/sources", "post"): REFUSED,  # without a name
    ("alerts/sources/{source}", "get"): (SIGN_IN, NO, NO, 200),
    ("alerts/sources/{source}", "post"): REFUSED,
    ("alerts/sources/{source}/test", "post"): (SIGN_IN, NO, NO, 422),  # no desk listens here
    ("alerts/sources/{source}/preview", "post"): EDIT,
    ("alerts/sources/{source}/renewal", "post"): (SIGN_IN, NO, NO, 302),
    ("alerts/bodies/{body}/retry", "post"): (SIGN_IN, NO, 302, 302),
    ("alerts/1000000/silence", "post"): (SIGN_IN, NO, NONE, NONE),
    ("alerts/silences/1000000/end", "post"): (SIGN_IN, NO, NONE, NONE),
    ("ping/{secret}", "get"): (200, 200, 200, 200),  # the address itself is the secret
    ("ping/{secret}/start", "post"): (200, 200, 200, 200),
    ("ping/{secret}/fail", "post"): (200, 200, 200, 200),
    ("ping/{secret}/log", "post"): (200, 200, 200, 200),
    ("ping/{secret}/1", "post"): (200, 200, 200, 200),
    ("api/push/{secret}", "get"): (200, 200, 200, 200),
    ("api/push/wrong-token", "get"): (NONE, NONE, NONE, NONE),
    ("components", "get"): LOOK,
    ("components", "post"): REFUSED,  # without a name
    ("components/{component}", "get"): LOOK,
    ("components/{component}", "post"): REFUSED,
    ("components/{component}/retirement", "post"): (SIGN_IN, NO, NO, 302),
    ("components/{component}/checks", "get"): REFUSED,  # without a kind
    ("components/{component}/checks", "post"): REFUSED,
    ("metrics", "get"): (401,) * 4,  # the key opens it, and nobody's sign-in
    ("prometheus/targets", "get"): (401,) * 4,
    ("prometheus", "get"): (SIGN_IN, NO, NO, 200),
    ("prometheus/keys/metrics/renewal", "post"): (SIGN_IN, NO, NO, 302),
    ("maintenance", "get"): LOOK,
    ("maintenance", "post"): REFUSED,  # without a title
    ("maintenance/{window}", "get"): LOOK,
    ("maintenance/{window}", "post"): REFUSED,
    ("maintenance/{window}/cancellation", "post"): (SIGN_IN, NO, NO, 422),  # it has begun
    ("maintenance/{window}/end", "post"): (SIGN_IN, NO, NO, 302),
    ("components/{component}/trial", "post"): REFUSED,  # without a kind
    ("checks/1000000/trial", "post"): GONE,
    ("checks/1000000", "get"): (SIGN_IN, NO, NONE, NONE),
    ("checks/1000000", "post"): (SIGN_IN, NO, NONE, NONE),
    ("checks/1000000/pause", "post"): GONE,
    ("checks/1000000/removal", "post"): GONE,
    ("heartbeats", "get"): (SIGN_IN, NO, 200, 200),
    ("heartbeats", "post"): (SIGN_IN, NO, NO, 422),
    ("heartbeats/{check}", "get"): (SIGN_IN, NO, 200, 200),
    ("heartbeats/{check}", "post"): (SIGN_IN, NO, NO, 422),
    ("heartbeats/{check}/pause", "post"): (SIGN_IN, NO, NO, 302),
    ("heartbeats/{check}/removal", "post"): (SIGN_IN, NO, NO, 302),
    ("heartbeats/{check}/pings/1", "get"): (SIGN_IN, NO, NONE, NONE),
    ("vendors", "get"): (SIGN_IN, NO, 200, 200),
    ("vendors", "post"): (SIGN_IN, NO, NO, 422),
    ("vendors/{vendor}", "get"): (SIGN_IN, NO, 200, 200),
    ("vendors/{vendor}", "post"): (SIGN_IN, NO, NO, 422),
    ("vendors/{vendor}/pause", "post"): (SIGN_IN, NO, NO, 302),
    ("vendors/{vendor}/removal", "post"): (SIGN_IN, NO, NO, 302),
    ("vendors/{vendor}/incidents/1/decision", "post"): (SIGN_IN, NO, NONE, NONE),
    ("promises", "get"): (SIGN_IN, NO, 302, 302),
    **DOORS_OF_POLICIES,
    **DOORS_OF_COVERAGES,
    **DOORS_OF_SITES,
    **DOORS_OF_THE_PORTAL,
    ("bubble.js", "get"): (200, 200, 200, 200),
    ("bubble.mjs", "get"): (200, 200, 200, 200),
    ("bubble/welcome", "get"): (200, 200, 200, 200),
    ("bubble/sessions", "post"): (200, 200, 200, 200),
    ("bubble/sessions/end", "post"): (200,) * 4,
    ("bubble/sessions/memory", "post"): (BAD_TOKEN,) * 4,
    ("bubble/conversation", "get"): (BAD_TOKEN,) * 4,
    ("bubble/messages", "post"): (BAD_TOKEN,) * 4,
    ("bubble/files", "post"): (BAD_TOKEN,) * 4,
    ("bubble/files/made-up", "get"): (NONE,) * 4,
    ("bubble/presence", "post"): (BAD_TOKEN,) * 4,
    ("bubble/words-en.json", "get"): (200,) * 4,
    ("bubble/articles", "get"): (200,) * 4,
    ("bubble/articles/1-nothing", "get"): (NONE,) * 4,
    ("bubble/questions", "get"): (200,) * 4,
    ("bubble/triage", "post"): (BAD_TOKEN,) * 4,
    ("bubble/address", "post"): (BAD_TOKEN,) * 4,
    ("bubble/address/made-up", "get"): (NONE,) * 4,
    ("bubble/address/made-up", "post"): (NONE,) * 4,
    ("bubble/transcript", "post"): (BAD_TOKEN,) * 4,
    ("your/{link}", "get"): (200, 200, 200, 200),  # the link alone opens it
    ("your/{link}/clocks.pdf", "get"): (200, 200, 200, 200),
    ("your/wrong-token", "get"): (NONE, NONE, NONE, NONE),
    ("your/wrong-token/clocks.pdf", "get"): (NONE, NONE, NONE, NONE),
    ("reports", "get"): (SIGN_IN, NO, NO, 302),  # how well people kept promises: for those who lead
    ("reports/response", "get"): (SIGN_IN, NO, NO, 200),
    ("reports/what-if", "get"): (SIGN_IN, NO, NO, 200),
    ("reports/what-if", "post"): (SIGN_IN, NO, NO, 422),
    ("reports/what-if/{whatif}", "get"): (SIGN_IN, NO, NO, 200),
    ("reports/what-if/{whatif}/progress", "get"): (SIGN_IN, NO, NO, 200),
    ("reports/what-if/{whatif}/cancellation", "post"): (SIGN_IN, NO, NO, 302),
    ("reports/what-if/{whatif}/deletion", "post"): (SIGN_IN, NO, NO, 302),
    ("districts/status-pages", "get"): (SIGN_IN, NO, NO, 200),
    ("districts/{district}/status-page", "post"): (SIGN_IN, NO, NO, 422),  # do what?
    ("incidents/subscribers", "get"): LOOK,
    ("incidents/subscribers", "post"): REFUSED,  # without an address
    ("incidents/subscribers/progress/update-1", "get"): (SIGN_IN, NO, NONE, NONE),
    ("incidents/subscribers/1000000/removal", "post"): GONE,
    ("status/subscribe", "get"): (200,) * 4,
    ("status/subscribe", "post"): (422,) * 4,  # without an address
    ("status/subscribe/confirm/made-up", "get"): (NONE,) * 4,
    ("status/subscribe/confirm/made-up", "post"): (NONE,) * 4,
    ("status/subscribe/post/made-up", "get"): (NONE,) * 4,
    ("status/subscribe/post/made-up", "post"): (NONE,) * 4,
    ("status/subscribe/manage/made-up", "get"): (NONE,) * 4,
    ("status/subscribe/manage/made-up", "post"): (NONE,) * 4,
    ("try", "get"): (NONE, NONE, NONE, NONE),  # without demo data or DESKBELL_TRY
}


@pytest.fixture
def places(town: Town) -> dict[str, str]:
    """A ticket with its link and a body that exist, so that it is the person who is refused."""
    ticket = open_for_customer("Black screen", Words("Dark"), requester=town.tess)
    source: Source = ensure_default_source()
    body = Body.objects.create(source=source, content=b"{}", size=2, sha256="0" * 64)
    held = RawMail.objects.create(
        raw=b"x",
        identity=b"x",
        has_message_id=False,
        sender="",
        recipients=[],
        peer="",
        state=RawMail.State.QUARANTINED,
        danger=RawMail.Danger.UNREADABLE,
    )
    mailbox = Mailbox.objects.create(host="imap.example", user="tess")
    today = clock.now().date()
    made: dict[str, Model] = {
        "ticket": ticket,
        "call": Call.objects.create(ticket=ticket, next_at=clock.now()),
        "escalation": ensure_default_policy(),
        "body": body,
        "source": ensure_default_source(),
        "held": held,
        "in_s3": MailInS3.objects.create(bucket="b", key="k", recipients=[], state="set_aside"),
        "mailbox": mailbox,
        "address": SupportAddress.objects.create(address="billing@desk.example"),
        "version": Wording.objects.create(kind="reply", text="x", html="x"),
        "policy": Policy.objects.get(),
        "move": Move.objects.create(reason="As agreed"),
        "district": town.north_valley,
        "schedule": ensure_default_schedule(),
        "window": Maintenance.objects.create(
            title="Upgrade",
            starts_at=clock.now(),
            opened_at=clock.now(),
            ends_at=clock.now() + timedelta(hours=1),
        ),
        "onboarding": begin_onboarding(
            town.north_valley,
            starts_on=today,
            goes_live_on=today + timedelta(days=28),
            lead=town.ana,
            by=town.ana,
        ),
        "incident": declare("Dark", severity=Severity.MINOR, by=town.ana),
        "whatif": WhatIf.objects.create(first=today, last=today, zone="UTC", document={}),
    }
    job = heartbeats.save({"name": "Job", "new_component": "Job", "every": "1 h", "grace": "5 min"})
    made |= {"check": job, "component": job.component, "vendor": vendors.add_from_catalogue("Zoom")}
    made |= _articles(town)
    link = link_for(ticket, town.tess).rpartition("/")[2]
    secrets = {"link": link, "secret": str(job.token)}
    return {name: str(each.pk) for name, each in made.items()} | secrets


def test_every_address_has_a_row() -> None:
    found = set(_routes(get_resolver().url_patterns))
    known = {str(each.pattern) for each in patterns().values()}
    names = (
        "call escalation schedule ticket body held mailbox policy move district whatif address "
        "version check vendor source component window incident in_s3 article for_districts for_team "
        "onboarding"
    )
    made = dict.fromkeys(names.split(), 1)
    filled = (address.format(**made, link="x", secret=uuid4()) for address, _ in DOORS)
    tabled = {resolve(f"/{address}").route for address in filled}
    assert len(found) > 30 and len(DOORS_OF_THE_TEAM) > 20
    assert found - known - tabled == set()


@pytest.mark.parametrize(("address", "method"), DOORS, ids=str)
def test_each_role_gets_what_its_row_says(
    address: str, method: str, town: Town, places: dict[str, str]
) -> None:
    people: list[Person | None] = [None, town.olivia, town.ana.person, town.ada.person]
    got = tuple(_ask(person, method, f"/{address.format(**places)}") for person in people)
    assert got == DOORS[address, method]


def test_only_administrators_see_the_secret_address(town: Town, places: dict[str, str]) -> None:
    secret = Source.objects.get(kind=Source.Kind.ALERTMANAGER).token
    pages = {
        person: _browser(person).get("/alerts/sources").content.decode()
        for person in (town.ana.person, town.ada.person)
    }
    assert secret not in pages[town.ana.person]
    assert secret in pages[town.ada.person]


def _articles(town: Town) -> dict[str, Model]:
    """One for everyone, one for any district, one for the team."""
    collection = Collection.objects.create(titles={"en": "Using apps"})
    section = Section.objects.create(collection=collection, titles={"en": "Printing"})
    made: dict[str, Model] = {}
    for name, title in (("article", "Print"), ("for_districts", "Invoices"), ("for_team", "Codes")):
        audience = {"article": "everyone", "for_districts": "districts"}.get(name, "agents")
        edition = publishing.begin(
            section, language="en", title=title, body="Text", by=town.ana, audience=audience
        )
        publishing.publish(edition, by=None)
        made[name] = edition.article
    return made


def _ask(person: Person | None, method: str, address: str) -> int:
    browser = _browser(person)
    if method == "get":
        return browser.get(address).status_code
    body: object = {} if address.startswith("/bubble/") else {"text": ""}
    if address.startswith("/bubble/"):
        return browser.post(address, body, content_type="application/json").status_code
    return browser.post(address, body).status_code


def _browser(person: Person | None) -> Client:
    browser = Client()
    if person:
        browser.force_login(person)
    return browser


def _routes(entries: list[URLPattern | URLResolver]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, URLResolver):
            yield from _routes(entry.url_patterns)
        else:
            yield str(entry.pattern)
