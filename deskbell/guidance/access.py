"""Which onboardings a customer may see, and what they may do there: the one door for the portal."""

from __future__ import annotations

from deskbell.guidance.events import step_of
from deskbell.guidance.models import Onboarding, Onboardings, Step
from deskbell.lib.errors import NotFound
from deskbell.people.customers import Customer

NONE_SUCH = "There is no such onboarding, or none that you may see."


def onboardings_of(who: Customer) -> Onboardings:
    """Those of the districts in which they have a place, what goes on before what is over. Whoever is known
    by their mail address alone sees none."""
    places = {place.district_id for place in who.places}
    rows = Onboarding.objects.filter(district__in=places).select_related("district", "lead__person")
    return rows.order_by("-ended_at", "-pk")  # PostgreSQL puts those without an end first


def visible_onboarding(who: Customer, key: int) -> Onboarding:
    """One of them. Raises NotFound also where it exists but is not theirs."""
    found = onboardings_of(who).filter(pk=key).first()
    if found is None:
        raise NotFound(NONE_SUCH)
    return found


def visible_step(who: Customer, onboarding: int, key: int) -> Step:
    """A step of one of them. Raises NotFound."""
    return step_of(visible_onboarding(who, onboarding), key)


def may_do(who: Customer, step: Step) -> bool:
    """May they say that the step is done? It is the district's, and they may write there or own it."""
    if not step.is_districts:
        return False
    return step.owner_id == who.person.pk or who.may_write_in(step.onboarding.district_id)
