"""Who a mail is from, as far as that can be proved; asked in the worker, never while a client waits."""

from __future__ import annotations

from django.conf import settings

from deskbell.mail.inbound.mail import Mail
from deskbell.mail.models import RawMail, Trust
from deskbell.mail.trust import verdict
from deskbell.mail.trust.asking import Dns, Resolver
from deskbell.mail.trust.head import fields
from deskbell.mail.trust.policies import organization_of
from deskbell.people.models import DistrictDomain, Person

dns: Dns = Resolver()


def prove(raw: RawMail, mail: Mail) -> None:
    """Note on the (unsaved) row how far the sender is proved, and why."""
    found = verdict.judge(
        verdict.Given(
            raw=bytes(raw.raw),
            domain=mail.sender.address.rpartition("@")[2].lower(),
            sender=raw.sender,
            peer=raw.peer if raw.door == "smtp" else "",
            helo=raw.helo,
            results=fields(bytes(raw.raw), b"Authentication-Results"),
            trusted=settings.TRUSTED_AUTHSERV,
        ),
        dns,
    )
    raw.trust, raw.proof, raw.is_unaligned = found.trust, found.why, found.unaligned


def whom_it_pretends_to_be(raw: RawMail, mail: Mail, sender: Person) -> str:
    """The district, or the agent, in whose name a mail comes that fails its checks; "" if none."""
    if raw.trust != Trust.FAILED:
        return ""
    if sender.is_agent:
        return f"{sender}, who is of the team"
    domain = mail.sender.address.rpartition("@")[2].lower()
    owner = DistrictDomain.objects.filter(domain__in=_and_above(domain)).select_related("district")
    found = owner.first()
    return f"someone of {found.district}" if found else ""


def _and_above(domain: str) -> list[str]:
    """The domain, and those above it down to the one that an organization has registered."""
    labels, top = domain.split("."), organization_of(domain).count(".") + 1
    return [".".join(labels[at:]) for at in range(max(1, len(labels) - top + 1))]
