"""Faces: three buttons that work without script, and a sad one asks what was missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from deskbell.helpcenter import addresses, feedback
from deskbell.helpcenter.models import Audience, Feedback
from deskbell.helpcenter.tests.conftest import Publish
from deskbell.lib import clock
from deskbell.lib.errors import Refused


def test_a_sad_face_asks_what_was_missing_and_offers_a_way_on(
    publish: Publish, client: Client
) -> None:
    edition = publish()
    path = f"/help/articles/{edition.article_id}/feedback"
    asked = client.post(path, {"face": "sad"}).content.decode()
    assert "What was missing?" in asked and 'href="mailto:' in asked
    assert addresses.of_edition(edition).replace("/", "%2F") in asked or edition.named in asked
    told = client.post(path, {"face": "sad", "missing": "Which key?"}).content.decode()
    assert "Thank you" in told
    kept = Feedback.objects.get()
    assert (kept.face, kept.missing, kept.language) == ("sad", "Which key?", "en")


@pytest.mark.parametrize("face", ["neutral", "happy"])
def test_the_other_faces_are_thanked(face: str, publish: Publish, client: Client) -> None:
    path = f"/help/es/articles/{publish().article_id}/feedback"
    answer = client.post(path, {"face": face})
    assert "Gracias" in answer.content.decode() and answer["Cache-Control"] == "no-store"


def test_the_script_gets_the_answer_alone(publish: Publish, client: Client) -> None:
    path = f"/help/articles/{publish().article_id}/feedback"
    answer = client.post(path, {"face": "sad"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in answer and "What was missing?" in answer


def test_who_changes_their_mind_counts_once(publish: Publish, client: Client) -> None:
    path = f"/help/articles/{publish().article_id}/feedback"
    for face in ("sad", "happy"):
        client.post(path, {"face": face})
    assert [each.face for each in Feedback.objects.all()] == ["happy"]


def test_what_is_no_face_and_what_one_may_not_read(publish: Publish, client: Client) -> None:
    edition = publish(audience=Audience.AGENTS)
    other = publish("Print")
    assert (
        client.post(f"/help/articles/{other.article_id}/feedback", {"face": "x"}).status_code == 422
    )
    hidden = client.post(f"/help/articles/{edition.article_id}/feedback", {"face": "sad"})
    assert hidden.status_code == 404 and not Feedback.objects.exists()


def test_one_place_cannot_fill_the_desk(publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST_A_DAY", 1)
    one, other = publish(), publish("Print")
    feedback.tell(one, "sad", asker="x")
    with pytest.raises(Refused, match="Try again tomorrow"):
        feedback.tell(other, "sad", asker="x")


def test_nobody_knows_who_it_was(publish: Publish) -> None:
    today = feedback.asker("10.0.0.1", "Chrome")
    assert "10.0.0.1" not in today and len(today) == 40
    with clock.moved_to(clock.now() + timedelta(days=1)):
        assert feedback.asker("10.0.0.1", "Chrome") != today
