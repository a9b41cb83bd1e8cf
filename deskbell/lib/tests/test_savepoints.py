"""One of many that fails is undone by itself; the database's own trouble is nobody's fault."""

from __future__ import annotations

import logging

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError

from deskbell.lib import clock
from deskbell.lib.savepoints import by_itself

log = logging.getLogger(__name__)


@pytest.mark.django_db
def test_what_fails_leaves_nothing_and_the_others_stay(caplog: pytest.LogCaptureFixture) -> None:
    errors = []
    for name in ("Ana", "Ben", "Eve"):
        with by_itself(log, "%s failed", name) as tried:
            Session.objects.create(session_key=name, session_data="", expire_date=clock.now())
            if name == "Ben":
                raise ValueError("poison")
        errors.append(str(tried.error))
    assert errors == ["None", "poison", "None"]
    assert sorted(Session.objects.values_list("pk", flat=True)) == ["Ana", "Eve"]
    assert "Ben failed" in caplog.text


@pytest.mark.django_db
def test_a_database_that_is_away_is_told_to_whoever_goes_round() -> None:
    with pytest.raises(OperationalError), by_itself(log, "It failed"):
        raise OperationalError("away")
