"""Who is held to which policy: the districts under it, and the open tickets that an edit could move."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from deskbell.people.models import Contract, District
from deskbell.sla.models import Policy, PolicyVersion, Standing
from deskbell.sla.policies import DEFAULT_NAME
from deskbell.tickets.models import Ticket, Tickets


def districts_by_policy() -> dict[int, list[District]]:
    """The districts that hold to each policy, by the policy's key, each list by name."""
    found: dict[int, list[District]] = defaultdict(list)
    for district in District.objects.annotate(owed=_owed()).order_by("name"):
        found[district.owed].append(district)
    return found


def districts_under(policy: Policy) -> QuerySet[District]:
    """The districts that hold to this policy."""
    return District.objects.annotate(owed=_owed()).filter(owed=policy.pk)


def tickets_under(policy: Policy) -> Tickets:
    """The unfinished tickets of those districts; of nobody's district, those under Standard Support."""
    theirs = Q(district__in=districts_under(policy).values("pk"))
    if policy.name == DEFAULT_NAME and policy.district_id is None:
        theirs |= Q(district=None)
    return Ticket.objects.unfinished().filter(theirs)


def tickets_to_move(version: PolicyVersion) -> Tickets:
    """The unfinished tickets that would be held to this version if they were opened now, and are held
    to another: an older one, or one of a policy that is theirs no more."""
    elsewhere = Standing.objects.filter(ticket=OuterRef("pk")).exclude(version=version)
    return tickets_under(version.policy).filter(Exists(elsewhere))


def _owed() -> Coalesce:
    """The key of a district's policy: its own, its contract's plan, or Standard Support. The same
    choice as `policies.current_version` makes for one district."""
    written = Policy.objects.filter(Exists(PolicyVersion.objects.filter(policy=OuterRef("pk"))))
    newest = Contract.objects.filter(district=OuterRef(OuterRef("pk")))
    plan = Subquery(newest.order_by("-starts_on", "-id").values("plan")[:1])
    choices = (
        written.filter(district=OuterRef("pk")),
        written.filter(district=None, name=plan),
        written.filter(district=None, name=DEFAULT_NAME),
    )
    return Coalesce(*(Subquery(choice.values("pk")[:1]) for choice in choices))
