"""Making policies and versions of them: always whole, with a reason, and with nothing lost between."""

from __future__ import annotations

from django.db import transaction

from deskbell.lib.errors import Refused
from deskbell.people.models import District, Person
from deskbell.sla import core
from deskbell.sla.editing import rungs
from deskbell.sla.editing.sheet import Sheet
from deskbell.sla.models import Policy, PolicyVersion
from deskbell.sla.refusing import refusing
from deskbell.sla.versions import Document, document_under, make, newest_of

NEED_A_REASON = "Say why it changes: the reason stands beside the version for as long as it exists."


def document_if_saved(sheet: Sheet) -> Document:
    """What a version of this sheet would say, whole. Refused if it can't be kept as it is written."""
    with refusing():
        return document_under(sheet.policy, sheet.said)


def policy_if_saved(sheet: Sheet) -> core.Policy:
    """The same for counting with."""
    return core.Policy.from_document(document_if_saved(sheet))


@transaction.atomic
def save(sheet: Sheet, *, by: Person) -> PolicyVersion:
    """Make the sheet the next version of its policy, and carry along what varies it (K9).

    Refused without a reason, if nothing has changed, and if someone else was quicker.
    """
    policy = Policy.objects.select_for_update().get(pk=sheet.policy.pk)
    newest = newest_of(policy)
    if newest and newest.number != sheet.number:
        raise Refused(
            f"Meanwhile {newest.made_by or 'the desk'} has made version {newest.number}: "
            f"{newest.reason}. Open the policy again and repeat your change."
        )
    ladder = rungs.read(sheet.ladder)
    document = document_if_saved(sheet)
    if newest and newest.document == document and newest.ladder == ladder:
        raise Refused("Nothing has changed, so there is nothing to save.")
    _need(sheet.reason)
    return make(policy, sheet.said, ladder=ladder, reason=sheet.reason, by=by)


@transaction.atomic
def restore(version: PolicyVersion, *, reason: str, by: Person) -> PolicyVersion:
    """Make an old version's promises and ladder the newest version. Coverages are what they are now:
    they are edited at their own place. Refused if it promises in one that is gone."""
    policy = Policy.objects.select_for_update().get(pk=version.policy_id)
    said = version.document if version.changes is None else version.changes
    newest = newest_of(policy)
    with refusing():
        document = document_under(policy, said)
        if newest and newest.document == document and newest.ladder == version.ladder:
            raise Refused(f"What version {version.number} promised holds already.")
        _need(reason)
        return make(policy, said, ladder=version.ladder, reason=reason, by=by)


@transaction.atomic
def add_plan(name: str, *, like: Policy, by: Person) -> Policy:
    """Another plan, which begins with what `like` promises. Refused if the name is taken."""
    policy = Policy.objects.create(name=_free_name(name))
    beginning = _newest(like)
    with refusing():
        make(
            policy,
            beginning.document,
            ladder=beginning.ladder,
            reason=f"Begun like {like}, version {beginning.number}",
            by=by,
        )
    return policy


@transaction.atomic
def vary(district: District, *, base: Policy, by: Person) -> Policy:
    """A district's own policy, which changes nothing yet. Refused if it has one already."""
    if Policy.objects.filter(district=district).exists():
        raise Refused(f"{district} has a policy of its own already.")
    if base.district_id is not None:
        raise Refused(f"{base} is another district’s: choose a plan.")
    name = _free_name(f"{base} for {district}"[:100])
    policy = Policy.objects.create(name=name, base=base, district=district)
    reason = f"{district} gets a policy of its own"
    make(policy, {}, ladder=_newest(base).ladder, reason=reason, by=by)
    return policy


def _need(reason: str) -> None:
    if not reason.strip():
        raise Refused(NEED_A_REASON)


def _free_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 100:
        raise Refused("Give the plan a name of at most 100 characters.")
    if Policy.objects.filter(name__iexact=name).exists():
        raise Refused(f"There already is a policy named {name}.")
    return name


def _newest(policy: Policy) -> PolicyVersion:
    newest = newest_of(policy)
    if newest is None:
        raise Refused(f"{policy} has no version yet.")
    return newest
