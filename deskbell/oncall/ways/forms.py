"""The forms by which people add methods, in the order in which they are offered."""

from __future__ import annotations

from deskbell.oncall.models import Method
from deskbell.oncall.ways.app import form as app
from deskbell.oncall.ways.form import Form
from deskbell.oncall.ways.mail import form as mail
from deskbell.oncall.ways.ntfy import form as ntfy
from deskbell.oncall.ways.phone import provider
from deskbell.oncall.ways.push import form as push
from deskbell.oncall.ways.slack import form as slack
from deskbell.oncall.ways.sms import form as sms
from deskbell.oncall.ways.teams import form as teams
from deskbell.oncall.ways.voice import form as voice
from deskbell.oncall.ways.webhook import form as webhook

FORMS: dict[str, Form] = {
    Method.Way.PUSH: push,
    Method.Way.NTFY: ntfy,
    Method.Way.MAIL: mail,
    Method.Way.APP: app,
    Method.Way.SMS: sms,
    Method.Way.VOICE: voice,
    Method.Way.SLACK: slack,
    Method.Way.TEAMS: teams,
    Method.Way.WEBHOOK: webhook,
}
PHONES = (Method.Way.SMS, Method.Way.VOICE)


def offered() -> dict[str, Form]:
    """Those that this desk can send by: phones only through a provider."""
    phones = provider.is_set_up()
    return {way: form for way, form in FORMS.items() if phones or way not in PHONES}
