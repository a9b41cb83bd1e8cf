"""The screens of policies, as a manager and an agent use them, without any script."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from deskbell.lib.clock import moved_to
from deskbell.people.models import Person
from deskbell.sla.models import Clock, Coverage, Move, Policy, PolicyVersion, Standing
from deskbell.sla.moving import move_all
from deskbell.sla.policies import current_version
from deskbell.sla.tests.plans import opened, own_policy, standard, version_with
from deskbell.sla.verify import differences
from tests.town import Town, at

NORMAL_FIRST = "targets.normal.first_reply"
AT_TEN = at("2026-11-19 10:00")
_INPUT = re.compile(r"<input [^>]*>")
_SELECT = re.compile(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', re.DOTALL)


def browser_of(person: Person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.fixture
def browser(town: Town) -> Client:
    """Max's, who manages."""
    return browser_of(town.max.person)


def text_of(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def filled(page: HttpResponse | Any) -> dict[str, list[str]]:
    """What a browser would send back from the page's form, untouched."""
    html = page.content.decode()
    form: dict[str, list[str]] = {}
    for tag in _INPUT.findall(html):
        found = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        ticked = found.get("type") not in {"checkbox", "radio"} or " checked" in tag
        if ticked and "name" in found:
            form.setdefault(found["name"], []).append(unescape(found.get("value", "")))
    for name, options in _SELECT.findall(html):
        values = re.findall(r'<option value="([^"]*)"( selected)?', options)
        chosen = [value for value, selected in values if selected] or [values[0][0]]
        form[name] = chosen
    del form["csrfmiddlewaretoken"]
    return form


def sheet(browser: Client, policy: Policy, **other: str) -> dict[str, list[str]]:
    page = browser.get(f"/promises/policies/{policy.pk}")
    assert page.status_code == 200
    return filled(page) | {name: [value] for name, value in other.items()}


def saving(**other: str) -> dict[str, str]:
    return {"save": "yes", "reason": "They asked", **other}


def test_the_list_names_plans_districts_and_who_holds_to_which(browser: Client, town: Town) -> None:
    own_policy(town)
    page = text_of(browser.get("/promises/policies"))
    assert "Standard Support South Ridge Version 1" in page
    assert "North Valley's varies Standard Support North Valley Version 1" in page


def test_the_sheet_shows_each_promise_and_when_it_warns(browser: Client, town: Town) -> None:
    page = browser.get(f"/promises/policies/{standard().pk}").content.decode()
    assert f'name="{NORMAL_FIRST}.target" value="4 h"' in page
    assert "warns after 3 h" in page
    assert "1 business day; warns after 8 h 15 min" in page
    assert 'name="escalation.vendor.urgent.target"' in page


def test_a_sheet_that_is_sent_back_untouched_changes_nothing(browser: Client, town: Town) -> None:
    policy = standard()
    answer = browser.post(f"/promises/policies/{policy.pk}", sheet(browser, policy) | saving())
    assert answer.status_code == 422
    assert "Nothing has changed" in text_of(answer)
    assert policy.versions.count() == 1


def test_what_a_person_types_becomes_a_version_with_author_and_reason_k9(
    browser: Client, town: Town
) -> None:
    policy = standard()
    form = sheet(browser, policy, **{f"{NORMAL_FIRST}.target": "1 h 30 min", "warn": "50"})
    form |= {"escalation.2.urgent.target": ["20 min"], "escalation.2.urgent.coverage": ["always"]}
    reviewed = browser.post(f"/promises/policies/{policy.pk}/review", form)
    said = text_of(reviewed)
    assert "Normal, first reply 4 h, Business hours 1 h 30 min, Business hours" in said
    assert "Tier 2 takes over, Urgent none 20 min, 24/7" in said
    assert "Warning at 75 % of the target at 50 % of the target" in said
    answer = browser.post(f"/promises/policies/{policy.pk}", filled(reviewed) | saving())
    assert answer["Location"] == f"/promises/policies/{policy.pk}/versions/2"
    made = current_version()
    assert (made.number, made.made_by, made.reason) == (2, town.max.person, "They asked")
    promise = made.document["targets"]["normal"]["first_reply"]
    assert promise == {"target": 5400, "coverage": "business_hours"}
    assert made.document["warn_at"] == 0.5
    assert text_of(browser.get(answer["Location"])).count("They asked") == 1


def test_a_new_promise_is_offered_the_hours_of_its_impact(browser: Client, town: Town) -> None:
    policy = standard()
    typed = {"targets.high.resolution.target": "8 h", "escalation.3.urgent.target": "1 h"}
    browser.post(f"/promises/policies/{policy.pk}", sheet(browser, policy, **typed) | saving())
    document = current_version().document
    assert document["targets"]["high"]["resolution"]["coverage"] == "weekdays"
    assert document["escalation"]["3"]["urgent"]["coverage"] == "always"


def test_an_empty_target_is_no_promise_and_business_days_are_converted(
    browser: Client, town: Town
) -> None:
    policy = standard()
    typed = {f"{NORMAL_FIRST}.target": "", "targets.low.next_reply.target": "3 business days"}
    form = sheet(browser, policy, **typed) | saving()
    browser.post(f"/promises/policies/{policy.pk}", form)
    document = current_version().document
    assert "first_reply" not in document["targets"]["normal"]
    assert document["targets"]["low"]["next_reply"]["target"] == 33 * 3600


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({f"{NORMAL_FIRST}.target": "2 days"}, "may mean two things"),
        ({f"{NORMAL_FIRST}.target": "<b>soon</b>"}, "can’t be read as a time"),
        (
            {"targets.urgent.resolution.target": "4 h", "targets.urgent.resolution.coverage": ""},
            "Choose the coverage",
        ),
        ({f"{NORMAL_FIRST}.coverage": "moonlight"}, "Choose the coverage"),
        ({"warn": "0"}, "from 1 to 100 percent"),
        ({"warn": "nan"}, "from 1 to 100 percent"),
        ({"after.0.minutes": "soon"}, "no number of minutes"),
        ({"after.0.minutes": "0"}, "no step of a ladder"),
        ({"after.1.minutes": "30", "after.1.tell": "lead"}, "two steps at 30"),
        ({"breach.tell": "the mayor"}, "can't be told"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence_where_it_stands(
    typed: dict[str, str], says: str, browser: Client, town: Town
) -> None:
    policy = standard()
    for address in ("", "/review"):
        form = sheet(browser, policy, **typed) | saving()
        answer = browser.post(f"/promises/policies/{policy.pk}{address}", form)
        assert answer.status_code == 422
        assert says in text_of(answer)
        name, value = next(iter(typed.items()))
        if name.endswith("target") and value:
            assert value in filled(answer)[name]
        assert "<b>soon" not in answer.content.decode()
    assert policy.versions.count() == 1


def test_without_a_reason_nothing_is_saved(browser: Client, town: Town) -> None:
    policy = standard()
    form = sheet(browser, policy, **{f"{NORMAL_FIRST}.target": "2 h"}) | saving(reason=" ")
    answer = browser.post(f"/promises/policies/{policy.pk}", form)
    assert (answer.status_code, policy.versions.count()) == (422, 1)
    assert "Say why it changes" in text_of(answer)


def test_who_was_slower_is_told_what_happened_meanwhile(browser: Client, town: Town) -> None:
    policy = standard()
    form = sheet(browser, policy, **{f"{NORMAL_FIRST}.target": "2 h"}) | saving()
    version_with(3, reason="Quicker")
    answer = browser.post(f"/promises/policies/{policy.pk}", form)
    assert (answer.status_code, policy.versions.count()) == (422, 2)
    assert "has made version 2: Quicker" in text_of(answer)


def test_a_district_gets_a_policy_of_its_own_and_changes_only_what_it_says_k9(
    browser: Client, town: Town
) -> None:
    where = f"/promises/policies/districts/{town.north_valley.pk}"
    assert browser.get(where)["Location"].endswith(f"?district={town.north_valley.pk}#own")
    form = {"district": str(town.north_valley.pk), "like": str(standard().pk)}
    answer = browser.post("/promises/policies", form)
    own = Policy.objects.get(district=town.north_valley)
    assert answer["Location"] == browser.get(where)["Location"] == f"/promises/policies/{own.pk}"
    assert current_version(town.north_valley).changes == {}
    form_of_own = sheet(browser, own, **{f"{NORMAL_FIRST}.target": "1 h"}) | saving()
    browser.post(f"/promises/policies/{own.pk}", form_of_own)
    changed = {"first_reply": {"target": 3600, "coverage": "business_hours"}}
    assert current_version(town.north_valley).changes == {"targets": {"normal": changed}}
    assert current_version(town.south_ridge).number == 1
    page = browser.get(f"/promises/policies/{own.pk}").content.decode()
    assert "Back to 4 h" in page
    assert page.count("of-base") == page.count('class="promise') - 1


def test_each_cell_goes_back_to_the_bases(browser: Client, town: Town) -> None:
    own = own_policy(town, hours=1).policy
    form = sheet(browser, own)
    assert form[f"{NORMAL_FIRST}.target"] == ["1 h"]
    redrawn = browser.post(f"/promises/policies/{own.pk}", form | {"back": NORMAL_FIRST})
    assert filled(redrawn)[f"{NORMAL_FIRST}.target"] == [""]
    assert own.versions.count() == 1  # drawn, not saved
    browser.post(f"/promises/policies/{own.pk}", filled(redrawn) | saving())
    assert current_version(town.north_valley).changes == {}


def test_a_district_can_be_promised_nothing_where_its_plan_promises(
    browser: Client, town: Town
) -> None:
    own = own_policy(town).policy
    form = sheet(browser, own, **{"targets.low.periodic_update.target": "none"}) | saving()
    browser.post(f"/promises/policies/{own.pk}", form)
    assert current_version(town.north_valley).document["targets"]["low"]["periodic_update"] is None
    shown = sheet(browser, own)
    assert shown["targets.low.periodic_update.target"] == ["none"]


def test_a_districts_ladder_follows_its_base_until_it_is_their_own(
    browser: Client, town: Town
) -> None:
    own = own_policy(town).policy
    form = sheet(browser, standard()) | {"warning.tell": ["manager"]} | saving()
    browser.post(f"/promises/policies/{standard().pk}", form)
    told = {"at": "warning", "tell": ["manager"]}
    assert current_version(town.north_valley).ladder[0] == told
    form = sheet(browser, own) | {"warning.tell": ["lead"]} | saving()
    browser.post(f"/promises/policies/{own.pk}", form)
    form = sheet(browser, standard()) | {"warning.tell": ["assignee"]} | saving()
    browser.post(f"/promises/policies/{standard().pk}", form)
    assert current_version(town.north_valley).ladder[0] == {"at": "warning", "tell": ["lead"]}


def test_steps_of_the_ladder_are_added_and_removed(browser: Client, town: Town) -> None:
    policy = standard()
    address = f"/promises/policies/{policy.pk}"
    added = filled(browser.post(address, sheet(browser, policy) | {"add": ["step"]}))
    assert added["after.1.minutes"] == [""]
    added |= {"after.1.minutes": ["120"], "after.1.tell": ["manager", "lead"]}
    removed = filled(browser.post(address, added | {"remove": ["0"]}))
    assert removed["after.0.minutes"] == ["120"]
    assert "after.1.minutes" not in removed
    browser.post(address, removed | saving())
    assert current_version().ladder[2:] == [{"at": 120, "tell": ["lead", "manager"]}]


def test_an_old_version_is_restored_as_a_new_one_and_none_is_changed_k9(
    browser: Client, town: Town
) -> None:
    first = current_version()
    version_with(2)
    before = list(PolicyVersion.objects.order_by("number").values())
    page = f"/promises/policies/{first.policy_id}/versions/1"
    answer = browser.post(page, {"reason": "It was better"})
    assert answer["Location"] == f"/promises/policies/{first.policy_id}/versions/3"
    made = current_version()
    assert (made.number, made.document, made.reason) == (3, first.document, "It was better")
    assert list(PolicyVersion.objects.order_by("number").values())[:2] == before
    assert browser.post(page, {"reason": "Again"}).status_code == 422
    assert "holds for new tickets" not in text_of(browser.get(page))


def test_the_versions_tell_their_differences(browser: Client, town: Town) -> None:
    version_with(2, reason="Quicker")
    page = text_of(browser.get(f"/promises/policies/{standard().pk}/versions"))
    assert "Version 2 Quicker The desk" in page
    assert "1 difference to version 1" in page
    assert "Normal, first reply 4 h, Business hours 2 h, Business hours" in page


def test_the_review_previews_the_open_tickets_and_saving_moves_none_k9(
    browser: Client, town: Town
) -> None:
    opened(town.tess, count=2)
    policy = standard()
    with moved_to(AT_TEN):
        form = sheet(browser, policy, **{f"{NORMAL_FIRST}.target": "30 min"})
        reviewed = browser.post(f"/promises/policies/{policy.pk}/review", form)
        assert "2 open tickets 2 would change 2 would be late at once" in text_of(reviewed)
        browser.post(f"/promises/policies/{policy.pk}", filled(reviewed) | saving())
        assert list(differences()) == []
    assert not Move.objects.exists()
    assert set(Standing.objects.values_list("version__number", flat=True)) == {1}


def test_saving_can_move_the_open_tickets_too(browser: Client, town: Town) -> None:
    opened(town.tess, count=2)
    policy = standard()
    with moved_to(AT_TEN):
        form = sheet(browser, policy, **{f"{NORMAL_FIRST}.target": "2 h"})
        answer = browser.post(f"/promises/policies/{policy.pk}", form | saving(tickets="all"))
        move = Move.objects.get()
        assert answer["Location"] == f"/promises/moves/{move.pk}"
        waiting = browser.get(answer["Location"])
        assert "0 of 2" in text_of(waiting)
        assert f'hx-get="/promises/moves/{move.pk}/progress"' in waiting.content.decode()
        part = browser.get(f"/promises/moves/{move.pk}/progress")
        assert "HX-Refresh" not in part.headers
        move_all(move)
        assert "HX-Refresh" in browser.get(f"/promises/moves/{move.pk}/progress").headers
        assert "2 of 2 moved 2 changed by it 0 late by it" in text_of(
            browser.get(answer["Location"])
        )
        assert list(differences()) == []
    assert {clock.due_at for clock in Clock.objects.filter(metric="first_reply")} == {
        at("2026-11-19 11:00")
    }


def test_only_the_ticked_tickets_are_moved(browser: Client, town: Town) -> None:
    one, other = opened(town.tess, count=2)
    with moved_to(AT_TEN):
        version = version_with(2)
        page = f"/promises/policies/{version.policy_id}/versions/2/tickets"
        assert f'value="{one.number}"' in browser.get(page).content.decode()
        nothing = browser.post(page, {"tickets": "ticked", "reason": "Try"})
        assert nothing.status_code == 422
        browser.post(page, {"tickets": "ticked", "ticket": [str(one.number)], "reason": "Try"})
        move_all(Move.objects.get())
    assert Standing.objects.get(version=version).ticket == one
    assert other.events.filter(kind="policy").count() == 0


def test_an_old_version_is_put_on_no_ticket(browser: Client, town: Town) -> None:
    opened(town.tess)
    first = version_with(2)
    version_with(3)
    page = f"/promises/policies/{first.policy_id}/versions/2/tickets"
    for answer in (browser.get(page), browser.post(page, {"tickets": "all", "reason": "Back"})):
        assert answer.status_code == 422
        assert "restore it first" in text_of(answer)


def test_another_plan_begins_like_one_that_exists(browser: Client, town: Town) -> None:
    form = {"name": "Premium Support", "like": str(standard().pk)}
    browser.post("/promises/policies", form)
    made = Policy.objects.get(name="Premium Support")
    assert made.versions.get().document["targets"] == current_version().document["targets"]
    assert browser.post("/promises/policies", form).status_code == 422
    assert browser.post("/promises/policies", {**form, "name": " "}).status_code == 422


def test_an_agent_reads_and_finds_nothing_to_edit(town: Town) -> None:
    version = version_with(2)
    opened(town.tess)
    agent = browser_of(town.ana.person)
    page = agent.get(f"/promises/policies/{version.policy_id}").content.decode()
    assert "2 h" in page
    assert "Review the change" not in page
    assert "<select" not in page


def test_a_coverage_of_one_district_is_offered_to_no_other(browser: Client, town: Town) -> None:
    Coverage.objects.create(
        key="north",
        name="North Valley's hours",
        zone="America/New_York",
        windows={"mon": [["09:00", "12:00"]]},
        district=town.north_valley,
    )
    own = own_policy(town).policy
    assert 'value="north"' in browser.get(f"/promises/policies/{own.pk}").content.decode()
    assert (
        'value="north"' not in browser.get(f"/promises/policies/{standard().pk}").content.decode()
    )
    policy = standard()
    form = sheet(browser, policy, **{f"{NORMAL_FIRST}.coverage": "north"}) | saving()
    assert browser.post(f"/promises/policies/{policy.pk}", form).status_code == 422
