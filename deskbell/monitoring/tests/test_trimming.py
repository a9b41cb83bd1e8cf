"""Old bodies go; what they said of alerts, and what nobody has read yet, stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from deskbell.lib import clock
from deskbell.monitoring.intake import receiving, taking, trimming
from deskbell.monitoring.models import Alert, Body
from deskbell.monitoring.sources import ensure_default_source
from deskbell.monitoring.tests.payloads import alert, body
from tests.town import Town

pytestmark = pytest.mark.django_db


def come_in(days_ago: int, content: bytes) -> int:
    with clock.moved_to(clock.now() - timedelta(days=days_ago)):
        sent = receiving.Sent(content, len(content), {})
        return receiving.store(ensure_default_source(), sent).pk


def test_what_is_older_than_the_setting_goes_and_the_alert_stays(
    town: Town, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trimming, "BATCH", 2)
    settings.KEEP_ALERT_BODIES = 30
    for number in range(5):
        come_in(31, body(alert(f"{number}")))
    broken = come_in(31, b"{")
    kept = come_in(29, body(alert("new")))
    while taking.take_next():
        pass
    assert Body.objects.get(pk=broken).state == "quarantined"
    trimming.step()
    assert [each.pk for each in Body.objects.all()] == [kept]
    assert Alert.objects.count() == 7
    assert Alert.objects.get(key="0").body is None


def test_one_that_nobody_has_read_is_never_trimmed(town: Town, settings: Any) -> None:
    settings.KEEP_ALERT_BODIES = 30
    waiting = come_in(400, body(alert()))
    trimming.step()
    assert Body.objects.get().pk == waiting
