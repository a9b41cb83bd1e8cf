"""Sources of alerts as people set them up: a kind, a secret address, and what its kind needs."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from deskbell.lib import sealing
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.ids import new_token
from deskbell.monitoring.intake.mapped.reading import PLACES
from deskbell.monitoring.lengths import read_length
from deskbell.monitoring.models import Component, Source
from deskbell.monitoring.sources import WITHOUT_A_DOOR
from deskbell.tickets.impacts import Impact

_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(\.fifo)?")
KINDS = [kind for kind in Source.Kind if kind not in WITHOUT_A_DOOR]


def get(pk: int) -> Source:
    """The source with this key, if it has a door."""
    found = Source.objects.exclude(kind__in=WITHOUT_A_DOOR).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such source.")
    return found


def save(form: Mapping[str, str], source: Source | None = None) -> Source:
    """Make a source of a form, or change one; its kind stays. Refused with what to change."""
    source = source or _new(form.get("kind", ""))
    source.name = " ".join(form.get("name", "").split())[:100]
    if not source.name:
        raise Refused("Give the source a name: which system, and where it runs.")
    source.component = _component(form.get("component", ""))
    impact = form.get("impact", Impact.URGENT)
    if impact not in Impact.values:
        raise Refused("Choose the impact of its alerts.")
    source.impact = impact
    source.repeats_every = _length(form.get("repeats_every", ""), "interval of its repeats")
    source.speaks_every = _length(form.get("speaks_every", ""), "longest silence")
    source.settings = _settings(source.kind, form)
    if form.get("forget_secret"):
        source.sealed = ""
    elif form.get("secret", "").strip():
        source.sealed = sealing.seal(form["secret"].strip())
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:
        raise Refused(f"There is a source named “{source.name}” already.") from None
    return source


def renew(source: Source) -> None:
    """Give it another secret address; the old one answers no more."""
    source.token = _token(source.kind)
    source.save(update_fields=["token"])


def _new(kind: str) -> Source:
    if kind not in KINDS:
        raise Refused("Choose which system sends: its kind.")
    return Source(kind=kind, token=_token(kind))


def _token(kind: str) -> str:
    """Mail programs write addresses in lower case; PagerDuty's clients expect 32 letters of a key."""
    if kind in {Source.Kind.MAIL, Source.Kind.PAGERDUTY}:
        return secrets.token_hex(16)
    return new_token()


def _component(key: str) -> Component | None:
    if not key:
        return None
    found = Component.objects.filter(key=key, retired_at=None).first()
    if found is None:
        raise Refused("There is no such component: choose one of the list, or none.")
    return found


def _length(written: str, name: str) -> timedelta | None:
    return timedelta(seconds=read_length(written, name)) if written.strip() else None


def _settings(kind: str, form: Mapping[str, str]) -> dict[str, Any]:
    match kind:
        case Source.Kind.SNS:
            topics = form.get("topics", "").split()
            wrong = [topic for topic in topics if not _TOPIC.fullmatch(topic)]
            if wrong:
                raise Refused(
                    f"“{wrong[0][:100]}” is no topic: write it like arn:aws:sns:us-east-1:123456789012:name."
                )
            return {"topics": topics}
        case Source.Kind.GRAFANA:
            return {"timestamp_header": form.get("timestamp_header", "").strip()[:100]}
        case Source.Kind.MAIL:
            return {"resolved": form.get("resolved", "").strip()[:100]}
        case Source.Kind.JSON:
            places = {name: form.get(f"place-{name}", "").strip()[:200] for name in PLACES}
            if not places["title"]:
                raise Refused("Say where the title of an alert stands, such as alert.name.")
            resolved = form.get("resolved", "").strip()[:200]
            return {"mapping": {**places, "resolved": resolved}, "sample": _sample(form)}
    return {}


def _sample(form: Mapping[str, str]) -> str:
    sample = form.get("sample", "").strip()[:20_000]
    try:
        json.loads(sample or "null")
    except (ValueError, RecursionError) as error:
        raise Refused(f"The sample is not JSON: {error}") from None
    return sample
