"""Setting up a site: its name, its origins, for which district it speaks, and what its tokens must say."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from deskbell.chat.sites import told
from deskbell.chat.sites.models import Site
from deskbell.chat.sites.origins import origins_in
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import whole
from deskbell.lib.outbound import checked_url
from deskbell.people.districts import district_chosen

LONGEST_NAME = 100
MOST_ORIGINS = 50
MOST_HOURS = 72


@transaction.atomic
def save(form: Mapping[str, str], site: Site | None = None) -> Site:
    """Add a site, or change one. Refused with what is missing or can't be."""
    found = site or Site()
    found.name = _name(form.get("name", ""), found)
    found.origins = origins_in(form.get("origins", ""))
    if not found.origins:
        raise Refused("Name at least one address, like https://portal.example.org.")
    if len(found.origins) > MOST_ORIGINS:
        raise Refused(f"A site has at most {MOST_ORIGINS} addresses.")
    _refuse_taken(found)
    if "hours" in form:
        found.district = district_chosen(form.get("district", ""))
        found.audience = form.get("audience", "").strip()[:300]
        found.longest_hours = _hours(form["hours"])
    found.save()
    return found


def set_keys_url(site: Site, url: str) -> None:
    """Let the site tell its keys at this address, "" for none; they are fetched at once. What went wrong
    stands on the site."""
    site.keys_url = checked_url(url.strip()) if url.strip() else ""
    if site.keys_url and not site.keys_url.startswith("https://"):
        raise Refused("Keys are fetched by https:// alone, or anyone on the way could give others.")
    site.keys_told, site.keys_told_at, site.keys_problem = [], None, ""
    site.save(update_fields=["keys_url", "keys_told", "keys_told_at", "keys_problem"])
    if site.keys_url:
        told.refresh(site, now=True)


def remove(site: Site) -> None:
    """Forget a site by which nobody has been proved yet."""
    if site.identities.exists():
        raise Refused(
            "People have signed in through this site, so it stays in the history. Retire its keys instead."
        )
    site.delete()


def get(pk: int) -> Site:
    """One site. Raises NotFound."""
    found = Site.objects.select_related("district").filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such site.")
    return found


def _name(text: str, site: Site) -> str:
    name = " ".join(text.split())
    if not name:
        raise Refused("Give the site a name, like “Parent portal”.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"A name has at most {LONGEST_NAME} characters.")
    if Site.objects.filter(name__iexact=name).exclude(pk=site.pk).exists():
        raise Refused(f"There already is a site named {name}.")
    return name


def _refuse_taken(site: Site) -> None:
    """One page belongs to one site, or a token of one could be tried on the other's page."""
    taken = Site.objects.filter(origins__overlap=site.origins).exclude(pk=site.pk).first()
    if taken:
        both = next(each for each in site.origins if each in taken.origins)
        raise Refused(f"{both} already belongs to {taken}.")


def _hours(text: str) -> int:
    hours = whole(text.strip(), least=1, most=MOST_HOURS)
    if hours is None:
        raise Refused(f"A token may be valid for 1 to {MOST_HOURS} hours.")
    return hours
