"""The quarantine: what was set aside and why, one mail of it, and what becomes of it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import primary_key
from deskbell.mail import blocking
from deskbell.mail.inbound import quarantine
from deskbell.mail.inbound.apart import Reader, Unreadable
from deskbell.mail.inbound.mail import Mail
from deskbell.mail.models import BlockedSender, MailInS3, RawMail
from deskbell.mail.models.arrivals import RawMails
from deskbell.mail.trust.head import head_of
from deskbell.mail.webhooks import in_s3
from deskbell.people.access import administrators_only, agent_of, agents_only
from deskbell.people.models import Agent

PAGE = 50
SECONDS_TO_READ = 5.0


@require_GET
@agents_only
def listed(request: HttpRequest) -> HttpResponse:
    """`GET /mail/quarantine?discarded=yes&before=<pk>`: the newest first."""
    discarded = request.GET.get("discarded") == "yes"
    found = _open_to(agent_of(request)).without_bytes()
    found = found.discarded() if discarded else found.quarantined()
    before, undo = (primary_key(request.GET.get(name, "")) for name in ("before", "undo"))
    mails = list((found.filter(pk__lt=before) if before else found)[: PAGE + 1])
    context = {
        "mails": mails[:PAGE],
        "discarded": discarded,
        "more": mails[PAGE - 1].pk if len(mails) > PAGE else None,
        "undo": undo,
        "unreadable": any(m.danger == RawMail.Danger.UNREADABLE for m in mails),
        "in_s3": _in_s3(discarded=discarded) if not before else [],
        "administrator": agent_of(request).is_administrator,
        "blocked": BlockedSender.objects.select_related("by") if not (before or discarded) else [],
    }
    return render(request, "mail/quarantine.html", context)


@require_POST
@agents_only
def unblock(request: HttpRequest) -> HttpResponse:
    """`POST /mail/quarantine/senders/removal`: let the mail of an `address` in again."""
    blocking.unblock(request.POST.get("address", ""))
    return redirect("quarantine")


@require_GET
@agents_only
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """`GET /mail/quarantine/<pk>`: its head and its plain text; nothing in it is drawn as HTML."""
    found = _set_aside(request, pk)
    context = {
        "raw": found,
        "head": head_of(bytes(found.raw)),
        "mail": _read(found),
        "size": len(found.raw),
        "administrator": agent_of(request).is_administrator,
    }
    return render(request, "mail/held.html", context)


@require_GET
@administrators_only
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """`GET /mail/quarantine/<pk>/raw`: the bytes as they came, for a file and never for the browser."""
    answer = HttpResponse(
        bytes(_set_aside(request, pk).raw), content_type="application/octet-stream"
    )
    answer["Content-Disposition"] = f'attachment; filename="mail-{pk}.eml"'
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@require_POST
@agents_only
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /mail/quarantine/<pk>/retry`."""
    quarantine.retry(_open_to_them(request, pk))
    return redirect("quarantine")


@require_POST
@agents_only
def retry_all(request: HttpRequest) -> HttpResponse:
    """`POST /mail/quarantine/retry`: all that could not be read, as after an upgrade."""
    quarantine.retry_all()
    in_s3.retry_all()
    return redirect("quarantine")


@require_POST
@agents_only
def fetch_again(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /mail/quarantine/s3/<pk>/retry`: one that lies in S3 and could not be fetched."""
    in_s3.retry(pk)
    return redirect("quarantine")


@require_POST
@agents_only
def discard_in_s3(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /mail/quarantine/s3/<pk>/discard`; it can be fetched again from the list of the discarded."""
    in_s3.discard(pk)
    return redirect("quarantine")


@require_POST
@agents_only
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /mail/quarantine/<pk>/release`."""
    agent = agent_of(request)
    if _set_aside(request, pk).danger == RawMail.Danger.INFECTED and not agent.is_administrator:
        raise Refused("Only an administrator lets a mail in that was infected.")
    quarantine.release(pk, by=agent)
    return redirect("quarantine")


@require_POST
@agents_only
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /mail/quarantine/<pk>/discard`; the list that follows offers to undo it."""
    quarantine.discard(_open_to_them(request, pk))
    return redirect(f"{reverse('quarantine')}?{urlencode({'undo': pk})}")


@require_POST
@agents_only
def bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /mail/quarantine/<pk>/return`: not discarded after all."""
    quarantine.bring_back(_open_to_them(request, pk))
    return redirect("quarantine")


def _in_s3(*, discarded: bool) -> list[MailInS3]:
    found = MailInS3.objects.discarded() if discarded else MailInS3.objects.set_aside()
    return list(found[:PAGE])


def _open_to(agent: Agent) -> RawMails:
    found = RawMail.objects.all()
    return found if agent.reads_billing else found.for_all()


def _open_to_them(request: HttpRequest, pk: int) -> int:
    if not _open_to(agent_of(request)).filter(pk=pk).exists():
        raise NotFound("There is no such mail.")
    return pk


def _set_aside(request: HttpRequest, pk: int) -> RawMail:
    states = [RawMail.State.QUARANTINED, RawMail.State.DISCARDED]
    found = _open_to(agent_of(request)).filter(pk=pk, state__in=states).first()
    if found is None:
        raise NotFound("There is no such mail in the quarantine; perhaps it has been let in.")
    return found


def _read(raw: RawMail) -> Mail | None:
    """In a process apart, since it may be the very mail that breaks the reader; None if it does."""
    reader = Reader(SECONDS_TO_READ)
    try:
        return reader.read(bytes(raw.raw), envelope_sender=raw.sender or None)
    except Unreadable:
        return None
    finally:
        reader.stop()
