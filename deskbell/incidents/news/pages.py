"""Where the status page is, and which private page a token opens: the page's own part says it.

`use(find=..., address=...)` in the wiring gives both; until then there is one public page.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from deskbell.incidents.models import Incident
from deskbell.people.models import District

Find = Callable[[str], District | None]
Address = Callable[[District | None, Incident | None], str]


def _nobodys(token: str) -> District | None:
    return None


def _one_page(district: District | None, incident: Incident | None) -> str:
    return f"{settings.DESK_URL}/status"


_find: Find = _nobodys
_address: Address = _one_page


def use(*, find: Find, address: Address) -> None:
    """From now on `find(token)` says whose private page a token opens, and `address(district, incident)`
    where a reader sees the page (of that district), or the incident on it."""
    global _find, _address
    _find, _address = find, address


def district_of_token(token: str) -> District | None:
    """Whose private page this token opens, if anybody's."""
    return _find(token) if token else None


def address_of(district: District | None, incident: Incident | None = None) -> str:
    """The whole address of the page, or of an incident on it, as this district reads it."""
    return _address(district, incident)
