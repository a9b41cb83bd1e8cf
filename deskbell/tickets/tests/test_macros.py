"""Macros: whose they are, which words they may name, and what they do when they are sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.people.models import Agent, Team
from deskbell.tickets import macros
from deskbell.tickets.finding.filters import Asker
from deskbell.tickets.macros import Action, Written
from deskbell.tickets.models import Macro
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town


def written(by: Agent, name: str = "Restart", shared_with: str = "all", text: str = "Hi") -> Macro:
    return macros.write(Written(name, text, shared_with), by=by)


def names(agent: Agent) -> list[str]:
    return [macro.name for macro in macros.macros_for(agent)]


def test_a_private_one_is_its_writers_a_teams_the_teams_and_any_other_everyones(town: Town) -> None:
    engineering = Team.objects.get(agents=town.eve)
    written(town.ana, "Mine", "me")
    written(town.eve, "Ours", str(engineering.pk))
    written(town.ben, "Everyone’s", "all")
    assert names(town.ana) == ["Everyone’s", "Mine"]
    assert names(town.eve) == ["Everyone’s", "Ours"]
    with pytest.raises(NotFound):
        macros.macro_for(town.ben, Macro.objects.get(name="Mine").pk)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Dear {{ nmae }}",
            "The macro names “nmae” in line 1, which does not exist. There are: name,",
        ),
        ("{% for x in name %}{% endfor %}", "a loop"),
        ("{{ name", "has a mistake in line 1"),
        ("  ", "Write what it says, or choose what it does."),
    ],
)
def test_what_can_not_be_understood_is_refused_when_it_is_saved(
    text: str, sentence: str, town: Town
) -> None:
    with pytest.raises(Refused, match=sentence):
        written(town.ana, text=text)
    assert not Macro.objects.exists()


def test_a_name_is_needed_and_another_agents_team_is_refused(town: Town) -> None:
    with pytest.raises(Refused, match="a name of at most 80"):
        written(town.ana, name=" ")
    engineering = Team.objects.get(agents=town.eve)
    with pytest.raises(Refused, match="Choose who may use it"):
        written(town.ana, shared_with=str(engineering.pk))
    assert written(town.max, shared_with=str(engineering.pk)).team == engineering


def test_its_writer_and_managers_change_it_and_nobody_else(town: Town) -> None:
    macro = written(town.ana)
    with pytest.raises(Refused, match="is Ana Alvarez’s"):
        macros.write(Written("Mine now", "Hi", "me"), by=town.ben, macro=macro)
    with pytest.raises(Refused, match="Only Ana Alvarez can keep this macro"):
        macros.write(Written("Mine now", "Hi", "me"), by=town.max, macro=macro)
    macros.write(Written("Better", "Hello", "all"), by=town.max, macro=macro)
    assert names(town.ben) == ["Better"]


def test_a_removed_one_is_gone_and_can_be_brought_back(town: Town) -> None:
    macro = written(town.ana)
    with pytest.raises(Refused):
        macros.remove(macro, by=town.ben)
    macros.remove(macro, by=town.ana)
    assert names(town.ana) == []
    with pytest.raises(NotFound):
        macros.bring_back(macro.pk, by=town.ben)
    macros.bring_back(macro.pk, by=town.ana)
    assert names(town.ana) == ["Restart"]


def test_one_is_found_by_the_words_of_its_name_and_text(town: Town) -> None:
    written(town.ana, "How to restart", text="Hold the button")
    written(town.ana, "Button of the lamp", text="Press it")
    found = [each.name for each in macros.named(town.ana, "button", most=5)]
    assert found == ["Button of the lamp", "How to restart"]
    assert [each.name for each in macros.named(town.ana, "how BUTTON", most=5)] == [
        "How to restart"
    ]
    assert macros.named(town.ana, "lamp restart", most=5) == []


def test_its_actions_are_done_to_the_ticket(town: Town) -> None:
    ticket = open_for_customer("Dark", Words("It is dark"), requester=town.tess)
    pairs = [
        ("impact", "high"),
        ("tag", "Lab 3"),
        ("assignee", "me"),
        ("snooze", "4h"),
        ("team", ""),
    ]
    actions = macros.read(pairs)
    assert [each.said for each in actions] == [
        "Impact High",
        "Tag “lab 3”",
        "Give to whoever sends it",
        "Snooze for four hours",
    ]
    asker = Asker(town.ana, "America/New_York")
    macros.carry_out(ticket, actions, by=asker)
    ticket.refresh_from_db()
    assert (ticket.impact, ticket.tags, ticket.assignee) == ("high", ["lab 3"], town.ana)
    assert ticket.snoozed_until == asker.now + timedelta(hours=4)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("impact", "huge"), ("snooze", "2026-01-01"), ("assignee", "0"), ("delete", "yes")],
)
def test_what_no_macro_can_do_is_refused(kind: str, value: str, town: Town) -> None:
    with pytest.raises(Refused):
        macros.read([(kind, value)])


def test_what_can_not_be_done_any_more_is_left_out(town: Town) -> None:
    actions = [Action("assignee", str(town.ben.pk)), Action("tag", "lab")]
    macro = macros.write(Written("Hand over", "", "all", actions), by=town.ana)
    town.ben.person.is_active = False
    town.ben.person.save()
    assert [each.said for each in macros.actions_of(macro)] == ["Tag “lab”"]
    assert macro.changed_at <= clock.now()
