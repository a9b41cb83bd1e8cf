"""What the writers' forms ask for, read and handed to the verbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from deskbell.helpcenter import differences, publishing, shelving, writing
from deskbell.helpcenter.models import Article, Edition
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import primary_key
from deskbell.lib.zones import zone
from deskbell.people.access import agent_of
from deskbell.people.desk import the_desk
from deskbell.sla.core import wall


def begin(request: HttpRequest) -> Edition:
    """A new article. Without a section to choose from, the first is made."""
    section = shelving.chosen(primary_key(request.POST.get("section", "")))
    return publishing.begin(
        section, language="en", title=request.POST.get("title", ""), body="", by=agent_of(request)
    )


def save(request: HttpRequest, edition: Edition) -> None:
    """Save the draft, and do with it what `do` says."""
    sent, agent = request.POST, agent_of(request)
    edition = writing.kept(edition)
    publishing.save_draft(
        edition,
        title=sent.get("title", ""),
        summary=sent.get("summary", ""),
        body=sent.get("body", ""),
        by=agent.person,
        after=int(sent["after"]) if sent.get("after", "").isdecimal() else None,
    )
    do = sent.get("do", "save")
    if do == "review" and edition.draft_id:
        publishing.ask_for_review(edition)
    elif do == "publish" and edition.draft_id:
        publishing.publish(edition, by=agent)
    elif do == "schedule" and edition.draft_id:
        publishing.schedule(edition, _instant(sent.get("at", ""), request), by=agent)


def set_facts(request: HttpRequest, article: Article) -> None:
    """The side of the editor; `checked` says that it was read again and is right."""
    sent = request.POST
    if "checked" in sent:
        writing.checked(article)
        return
    writing.set_facts(
        article,
        section=shelving.section(primary_key(sent.get("section", ""))).pk,
        audience=sent.get("audience", ""),
        district=primary_key(sent.get("district", "")),
        owner=primary_key(sent.get("owner", "")),
        check_by=sent.get("check_by", ""),
    )


def compared(edition: Edition, number: int, asked: Mapping[str, str]) -> dict[str, Any]:
    """A revision beside another, usually the one before. Raises NotFound."""
    revisions = (
        {each.number: each for each in edition.revisions.select_related("by")} if edition.pk else {}
    )
    if number not in revisions:
        raise NotFound("There is no such revision.")
    against = asked.get("against", "")
    old = revisions.get(int(against) if against.isdecimal() and len(against) < 9 else number - 1)
    new = revisions[number]
    return {
        "edition": edition,
        "old": old,
        "new": new,
        "title": differences.between(old.title if old else "", new.title),
        "summary": differences.between(old.summary if old else "", new.summary),
        "body": differences.between(old.body if old else "", new.body),
        "newest": max(revisions),
        "numbers": sorted(revisions, reverse=True),
        "here": "/articles",
    }


def do(deed: str, request: HttpRequest, edition: Edition) -> None:
    """What becomes of the draft. Raises NotFound for what nobody can do."""
    if deed not in DEEDS:
        raise NotFound("Nothing can be done there.")
    DEEDS[deed](request, edition)


def _approve(request: HttpRequest, edition: Edition) -> None:
    publishing.approve(edition, by=agent_of(request))


def _return(request: HttpRequest, edition: Edition) -> None:
    publishing.send_back(edition, request.POST.get("remark", ""), by=agent_of(request))


def _publish(request: HttpRequest, edition: Edition) -> None:
    publishing.publish(edition, by=agent_of(request))


def _withdraw(request: HttpRequest, edition: Edition) -> None:
    publishing.withdraw(edition)


def _unschedule(request: HttpRequest, edition: Edition) -> None:
    publishing.unschedule(edition)


def _restore(request: HttpRequest, edition: Edition) -> None:
    wanted = edition.revisions.filter(number=primary_key(request.POST.get("number", ""))).first()
    if wanted is None:
        raise NotFound("There is no such revision.")
    publishing.restore(edition, wanted, by=agent_of(request).person)


def _instant(text: str, request: HttpRequest) -> datetime:
    """The instant that the writer's clock shows so. Refused for what is none."""
    here = agent_of(request).person.zone or the_desk().zone
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refused("When? Write it like 2026-12-05T08:00.") from None
    if at.tzinfo is not None or not 2000 <= at.year <= 2200:
        raise Refused("When? Write it like 2026-12-05T08:00.")
    return wall.first(zone(here), at)


DEEDS: dict[str, Callable[[HttpRequest, Edition], None]] = {
    "approval": _approve,
    "return": _return,
    "publication": _publish,
    "withdrawal": _withdraw,
    "postponement": _unschedule,
    "restoration": _restore,
}
