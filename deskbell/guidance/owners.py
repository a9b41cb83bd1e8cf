"""Who may own a step, and who answers for one that nobody owns."""

from __future__ import annotations

from deskbell.guidance.models import Onboarding, Side, Step
from deskbell.people.models import Agent, Contact, District, Person


def may_own(step: Step, onboarding: Onboarding, person: Person) -> bool:
    """Are they of the side whose step it is? `onboarding` is the step's own."""
    if step.side == Side.TEAM:
        return person.is_agent
    places = Contact.objects.filter(person=person, district=onboarding.district)
    return person.is_active and places.exists()


def answerable(step: Step, onboarding: Onboarding) -> list[Person]:
    """Its owner, as long as they are there; else its side: the leaders, or the district's owners."""
    if step.owner and may_own(step, onboarding, step.owner):
        return [step.owner]
    return leaders(onboarding) if step.side == Side.TEAM else owners_of(onboarding.district)


def leaders(onboarding: Onboarding) -> list[Person]:
    """The lead, or the managers while nobody leads it."""
    if onboarding.lead and onboarding.lead.person.is_active:
        return [onboarding.lead.person]
    managers = Agent.objects.filter(role=Agent.Role.MANAGER, person__is_active=True)
    return [agent.person for agent in managers.select_related("person__agent").order_by("pk")]


def owners_of(district: District) -> list[Person]:
    """The owners of the whole district, in the order in which they became that."""
    places = Contact.objects.filter(district=district, school=None, role=Contact.Role.OWNER)
    there = places.filter(person__is_active=True).select_related("person__agent")
    return [place.person for place in there.order_by("pk")]
