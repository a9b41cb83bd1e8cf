"""An onboarding of North Valley, which begins on a Monday and goes live five weeks later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from deskbell.guidance.beginning import begin
from deskbell.guidance.models import Onboarding, Step
from deskbell.lib.clock import moved_to
from deskbell.people.models import Agent
from tests.town import Town, at

START, GO_LIVE = date(2026, 11, 2), date(2026, 12, 7)
StepOf = Callable[[str], Step]


@pytest.fixture
def onboarding(town: Town) -> Onboarding:
    """Eve leads it, Ana began it; Olivia owns the district's steps."""
    with moved_to(at("2026-11-02 09:00")):
        return begin(
            town.north_valley, starts_on=START, goes_live_on=GO_LIVE, lead=town.eve, by=town.ana
        )


@pytest.fixture
def step_of(onboarding: Onboarding) -> StepOf:
    """The step with this title, as it stands now."""
    return lambda title: Step.objects.get(onboarding=onboarding, title=title)


@pytest.fixture
def browser_of() -> Callable[[Agent], Client]:
    """A browser in which they are signed in to the desk."""

    def signed_in(agent: Agent) -> Client:
        client = Client()
        client.force_login(agent.person)
        return client

    return signed_in
