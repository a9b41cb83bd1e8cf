"""How a person is paged: methods proven by a code, the personal ladder, and everybody's reach (G2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import NotFound, Refused
from deskbell.mail.models import OutboundMail
from deskbell.oncall import ladder
from deskbell.oncall.gaps.reach import reach
from deskbell.oncall.methods import drawing, keeping, verifying
from deskbell.oncall.models import Method, Page
from deskbell.oncall.sending.noting import disable
from deskbell.oncall.tests.outside import Outside
from deskbell.people.models import Absence, Notice
from deskbell.tickets.models import Ticket
from tests.town import Town, at

pytestmark = pytest.mark.django_db
NOON = at("2026-11-24 12:00")


@pytest.fixture
def ana(town: Town, client: Client) -> Client:
    client.force_login(town.ana.person)
    return client


@pytest.fixture
def phone(ana: Client, outside: Outside) -> Method:
    """Ana has entered a topic of ntfy at noon; its first test is on her phone."""
    with moved_to(NOON):
        answer = ana.post("/oncall/methods", {"way": "ntfy", "topic": outside.url + "/ana-x"})
    assert answer.status_code == 302
    return Method.objects.get()


def code_in(outside: Outside) -> str:
    found = re.search(r"\b\d{6}\b", outside.last.json["title"])
    assert found
    return found.group()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


class TestVerifying:
    def test_a_new_method_pages_nobody_before_its_code_was_typed_g2(
        self, town: Town, ana: Client, phone: Method, outside: Outside
    ) -> None:
        assert not Method.objects.usable().exists()
        with moved_to(NOON):
            page = ana.get("/oncall/methods").text
            assert "Not verified yet: waits for its six digits until 12:10 pm" in page
            assert "127.0.0.1 has taken it" in page
            code = code_in(outside)
            ana.post(f"/oncall/methods/{phone.pk}/code", {"code": f"{code[:3]} {code[3:]}"})
            page = ana.get("/oncall/methods").text
        assert "Verified. Last confirmed test on Tue, Nov 24." in page
        assert Method.objects.usable().get() == phone
        assert not reach([town.ana], NOON)[town.ana.pk].problem

    def test_wrong_digits_are_refused_and_after_five_tries_the_right_ones_too(
        self, ana: Client, phone: Method, outside: Outside
    ) -> None:
        code = code_in(outside)
        with moved_to(NOON):
            for _ in range(verifying.TRIES):
                answer = ana.post(f"/oncall/methods/{phone.pk}/code", {"code": wrong(code)})
                assert (answer.status_code, "not the digits" in answer.text) == (422, True)
            answer = ana.post(f"/oncall/methods/{phone.pk}/code", {"code": code})
        assert (answer.status_code, "too often" in answer.text) == (422, True)
        assert not Method.objects.usable().exists()

    def test_a_code_expires_after_ten_minutes(self, phone: Method, outside: Outside) -> None:
        with moved_to(NOON + timedelta(minutes=10)), pytest.raises(Refused, match="expired"):
            verifying.confirm(phone, code_in(outside))

    def test_a_code_counts_once_and_only_the_last_one(
        self, phone: Method, outside: Outside
    ) -> None:
        first = code_in(outside)
        with moved_to(NOON + timedelta(minutes=1)):
            assert verifying.send_test(phone).ok
            second = code_in(outside)
            if first != second:
                with pytest.raises(Refused, match="last test"):
                    verifying.confirm(phone, first)
            verifying.confirm(phone, second)
            with pytest.raises(Refused, match="No code is awaited"):
                verifying.confirm(phone, second)

    def test_no_second_test_leaves_within_twenty_seconds(
        self, phone: Method, outside: Outside
    ) -> None:
        with moved_to(NOON + timedelta(seconds=19)):
            assert not verifying.send_test(phone).ok
        assert len(outside.taken) == 1

    def test_a_test_tells_in_plain_words_why_it_did_not_go(
        self, ana: Client, phone: Method, outside: Outside
    ) -> None:
        outside.status, outside.content = 403, b'{"error": "forbidden"}'
        with moved_to(NOON + timedelta(minutes=1)):
            ana.post(f"/oncall/methods/{phone.pk}/test")
            page = ana.get("/oncall/methods").text
            assert "127.0.0.1 answered 403: forbidden." in page
            page = ana.get("/oncall/methods").text
        assert "answered 403" not in page  # said once
        assert "six digits" not in page  # nobody has received any

    def test_digits_are_awaited_where_nobody_knows_whether_the_test_came(
        self, ana: Client, phone: Method, outside: Outside
    ) -> None:
        outside.status = 503
        with moved_to(NOON + timedelta(minutes=1)):
            ana.post(f"/oncall/methods/{phone.pk}/test")
            page = ana.get("/oncall/methods").text
            assert "did not get through" in page and "The six digits of the test" in page
            verifying.confirm(phone, code_in(outside))
        with moved_to(NOON + timedelta(minutes=12)):
            assert "The six digits" not in ana.get("/oncall/methods").text

    def test_the_code_is_kept_as_a_digest_alone(self, phone: Method, outside: Outside) -> None:
        row = Method.objects.values().get()
        assert code_in(outside) not in str(row)
        assert "ana-x" not in str(row)  # the topic is a secret too

    def test_what_its_provider_disabled_works_again_once_a_test_is_confirmed(
        self, phone: Method, outside: Outside
    ) -> None:
        disable(phone, "ntfy.sh answered 410.")
        with moved_to(NOON + timedelta(minutes=1)):
            verifying.send_test(phone)
            verifying.confirm(phone, code_in(outside))
        assert Method.objects.usable().exists()

    @pytest.mark.django_db(transaction=True)
    def test_a_test_that_finds_the_method_gone_disables_it(
        self, ana: Client, outside: Outside
    ) -> None:
        outside.status = 410
        ana.post("/oncall/methods", {"way": "webhook", "url": outside.url + "/hook"})
        page = ana.get("/oncall/methods").text
        assert "Its provider says that it is no more. 127.0.0.1 answered 410." in page
        assert "Disabled since" in page
        assert Method.objects.get().disabled_why == "127.0.0.1 answered 410."

    def test_mail_is_proven_by_a_mail(self, town: Town) -> None:
        method = keeping.add(town.ana, "mail", {})
        assert verifying.send_test(method).ok
        mail = OutboundMail.objects.get()
        assert mail.recipient == "ana@desk.example"
        found = re.search(r"\b\d{6}\b", mail.text)
        assert found and found.group() in mail.html
        verifying.confirm(method, found.group())
        assert Method.objects.usable().exists()

    @pytest.mark.django_db(transaction=True)  # as a view runs it: in no transaction of its caller's
    def test_the_app_is_proven_by_a_notice(self, town: Town) -> None:
        method = keeping.add(town.ana, "app", {})
        verifying.send_test(method)
        notice = Notice.objects.get(recipient=town.ana)
        verifying.confirm(method, notice.text.rpartition(" ")[2])
        assert Method.objects.usable().exists()


class TestKeeping:
    def test_nobody_sees_or_changes_anothers_methods(
        self, town: Town, phone: Method, client: Client
    ) -> None:
        for other in (town.ben, town.max, town.ada):  # managers and administrators neither
            client.force_login(other.person)
            for what in ("", "/test", "/code", "/removal", "/undo"):
                answer = client.post(f"/oncall/methods/{phone.pk}{what}", {"after": "1"})
                assert answer.status_code == 404
            assert "ana" not in client.get("/oncall/methods").text.partition("My methods")[2]
        phone.refresh_from_db()
        assert phone.removed_at is None

    def test_removal_is_undone_and_a_day_later_its_secrets_are_erased(
        self, town: Town, ana: Client, phone: Method
    ) -> None:
        Method.objects.update(verified_at=NOON, tested_at=NOON)
        with moved_to(NOON):
            ana.post(f"/oncall/methods/{phone.pk}/removal")
            page = ana.get("/oncall/methods").text
            assert "Removed: by ntfy" in page and "You have none yet" in page
            assert not Method.objects.usable().exists()
            ana.post(f"/oncall/methods/{phone.pk}/undo")
            assert Method.objects.usable().exists()
            ana.post(f"/oncall/methods/{phone.pk}/removal")
        with moved_to(NOON + timedelta(hours=23)):
            assert keeping.erase_removed() == 0
        with moved_to(NOON + timedelta(hours=24)):
            assert keeping.erase_removed() == 1
        with pytest.raises(NotFound):
            keeping.bring_back(town.ana, phone.pk)

    def test_ten_methods_are_enough_and_mail_comes_once(self, town: Town) -> None:
        keeping.add(town.ana, "mail", {})
        with pytest.raises(Refused, match="already"):
            keeping.add(town.ana, "mail", {})
        for number in range(keeping.MOST - 1):
            keeping.add(town.ana, "ntfy", {"topic": f"https://ntfy.sh/ana-{number}"})
        with pytest.raises(Refused, match="remove one first"):
            keeping.add(town.ana, "ntfy", {"topic": "https://ntfy.sh/ana"})
        with pytest.raises(Refused, match="one of the ways"):
            keeping.add(town.ana, "pigeon", {})

    @pytest.mark.parametrize("after", ["", "-1", "61", "0000000009999", "soon", "1" * 5000])
    def test_minutes_that_are_none_are_refused(self, town: Town, after: str) -> None:
        method = keeping.add(town.ana, "mail", {})
        with pytest.raises(Refused, match="from 0 to 60"):
            keeping.change(method, {"after": after})

    def test_the_form_says_what_to_change_and_keeps_nothing(self, ana: Client) -> None:
        answer = ana.post("/oncall/methods", {"way": "ntfy", "topic": "http://10.0.0.1/topic"})
        assert (answer.status_code, "own network" in answer.text) == (422, True)
        assert not Method.objects.exists()

    def test_a_webhooks_secret_is_shown_to_its_owner(self, ana: Client, outside: Outside) -> None:
        ana.post("/oncall/methods", {"way": "webhook", "url": outside.url + "/x"})
        secret = Method.objects.get().secrets["secret"]
        assert secret in ana.get("/oncall/methods").text
        assert secret not in str(Method.objects.values().get())


class TestLadder:
    def test_the_ladder_is_drawn_as_it_pages(self, town: Town, ana: Client) -> None:
        def has(way: str, after: int, **more: Any) -> None:
            Method.objects.create(agent=town.ana, way=way, after=after, **more)

        assert "by mail and in the app" in ana.get("/oncall/methods").text
        has("mail", 2, verified_at=NOON)
        has("ntfy", 0, verified_at=NOON, name="my phone")
        has("app", 0, verified_at=NOON)
        has("webhook", 1)  # not verified
        drawn = [(r.minutes, r.by) for r in drawing.rungs(keeping.methods_of(town.ana))]
        assert drawn == [(0, ("by ntfy (my phone)", "in the app")), (2, ("by mail",))]
        paged = [(str(way), minutes) for way, _, minutes in ladder._rungs(town.ana)]
        assert paged == [("ntfy", 0), ("app", 0), ("mail", 2)]
        page = ana.get("/oncall/methods").text
        assert "by ntfy (my phone) and in the app" in page and "2 min later" in page

    def test_a_removed_method_is_in_no_ladder(
        self,
        town: Town,
        phone: Method,
        ana: Client,
        rota: Callable[..., None],
        alarm: Callable[..., Ticket],
    ) -> None:
        Method.objects.update(verified_at=NOON)
        ana.post(f"/oncall/methods/{phone.pk}/removal")
        rota(town.ana)
        alarm()
        assert {page.way for page in Page.objects.all()} == {"mail", "app"}


class TestEverybody:
    def test_managers_see_who_can_be_reached_by_what_g2(self, town: Town, client: Client) -> None:
        for agent in (town.ana, town.ben, town.eve, town.max, town.ada):
            agent.person.created_at = at("2026-08-01 10:00")
            agent.person.save(update_fields=["created_at"])
        Method.objects.create(
            agent=town.ana, way="ntfy", name="my phone", verified_at=NOON, tested_at=NOON
        )
        Method.objects.create(
            agent=town.ben, way="sms", verified_at=NOON, tested_at=NOON - timedelta(days=40)
        )
        Method.objects.create(agent=town.ada, way="ntfy", verified_at=NOON, tested_at=NOON)
        Absence.objects.create(
            agent=town.ada, starts_at=NOON, ends_at=NOON + timedelta(days=1), reason="Leave"
        )
        client.force_login(town.max.person)
        with moved_to(NOON):
            page = client.get("/oncall/reachability").text
        text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
        assert "Ana Alvarez Yes by ntfy (my phone), at once: Verified." in text
        assert "Ben Baker No. Ben Baker has no contact method that was tested" in text
        assert "last confirmed test was on Thu, Oct 15" in text
        assert "Ada Abara Away until Wed, Nov 25, 12:00 pm" in text
        assert "Eve Engström No. Eve Engström has no verified contact method." in text
        assert text.index("Ben Baker No") < text.index("Ana Alvarez Yes")

    def test_agents_do_not_see_each_other(self, ana: Client) -> None:
        assert ana.get("/oncall/reachability").status_code == 403

    def test_the_list_asks_the_same_number_of_questions_for_many(self, town: Town) -> None:
        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                drawing.everybody("UTC")
            return len(queries)

        team = (town.ana, town.ben, town.eve, town.max, town.ada)
        for agent in team:
            Method.objects.create(agent=agent, way="ntfy", verified_at=NOON)
        few = asked()
        for agent in team:
            for way in ("ntfy", "mail", "sms"):
                Method.objects.create(agent=agent, way=way, verified_at=NOON)
        assert asked() == few
