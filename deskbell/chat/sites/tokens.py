"""Reading a signed identity: a JWT of a site, believed only by the keys and the algorithms we know.

What the token's own header says serves for one thing, to find its key by `kid` among those of the sites that
may be on this page. The algorithm is the key's: a token that names another is refused, and so are `none`, a
public key used as a secret, and a key of another site.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
from django.conf import settings

from deskbell.chat.sites.keys import Key, living_keys
from deskbell.chat.sites.models import Site, SiteKey
from deskbell.chat.sites.told import told_keys
from deskbell.lib import clock
from deskbell.lib.errors import Refused

LEEWAY = 60  # seconds by which two clocks may differ
LONGEST = 4096  # characters
NEEDED = ["exp", "sub"]
WORDS = {"sub": 255, "name": 200, "email": 320, "district": 253, "school": 200, "role": 50}
USED_EVERY = timedelta(hours=1)


class NotBelieved(Refused):
    """The site says who this is, and the desk can't believe it. The sentence is for the visitor; `why`, for
    those who set up the site, stands on its page."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "We couldn’t confirm who you are. Reload the page, or write to us without signing in."
        )
        self.why = why


class Expired(NotBelieved):
    """It was right once: the page can ask its own server for a new one."""


@dataclass(frozen=True)
class Claims:
    """What a site has signed. Texts are empty where nothing was said; `sub` never is."""

    site: Site
    sub: str
    name: str
    email: str
    district: str
    school: str
    role: str


def claims_in(token: str, origin: str) -> Claims:
    """What the token says, if a site of this origin signed it. `origin` "" is the desk's own pages, where
    every site may be tried. Raises NotBelieved, Expired."""
    sites = _sites_on(origin)
    try:
        return _believed(token, sites)
    except NotBelieved as refusal:
        _note(sites, refusal.why)
        raise


def _believed(token: str, sites: list[Site]) -> Claims:
    if len(token) > LONGEST:
        raise NotBelieved(f"The token is longer than {LONGEST:,} characters.")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError:
        raise NotBelieved("What was given is no signed token (JWT).") from None
    kid = header.get("kid", "")
    if not sites:
        raise NotBelieved("No site with this address is set up to sign.")
    fault = NotBelieved(f"No key of the site fits the token’s kid “{str(kid)[:60]}”.")
    for site, key in _keys(sites, kid if isinstance(kid, str) else ""):
        if header.get("alg") != key.algorithm:
            fault = NotBelieved(
                f"The token says {str(header.get('alg'))[:20]}, and the key {key.kid} is for {key.algorithm}."
            )
            continue
        try:
            said = _checked(token, site, key)
        except jwt.InvalidSignatureError:
            fault = NotBelieved(f"The signature is not by the key {key.kid}.")
            continue
        _note_use(key)
        return _claims(site, said)
    raise fault


def _checked(token: str, site: Site, key: Key) -> dict[str, Any]:
    """The payload. Raises InvalidSignatureError, by which another key may be tried, or NotBelieved."""
    options: Any = {"require": NEEDED, "verify_aud": False}
    try:
        said = jwt.decode(
            token, key.material, algorithms=[key.algorithm], leeway=LEEWAY, options=options
        )
        ends = int(said["exp"])
    except jwt.InvalidSignatureError:
        raise
    except jwt.ExpiredSignatureError:
        raise Expired("The token has expired (exp).") from None
    except (jwt.PyJWTError, OverflowError, TypeError, ValueError) as error:
        raise NotBelieved(f"The token is not valid: {error}.") from None
    _refuse_others_tokens(said.get("aud"), site, key)
    longest = site.longest_hours * 3600
    if ends > time.time() + longest + LEEWAY:
        raise NotBelieved(
            f"The token is valid for longer than {site.longest_hours} hours: sign a shorter one (exp)."
        )
    return dict(said)


def _refuse_others_tokens(audience: object, site: Site, key: Key) -> None:
    """A token that was signed for someone else is none for us. Where one key signs for many, as those that
    are told at an address often do, `aud` must be there to tell."""
    named = audience if isinstance(audience, list) else [audience]
    if audience is None and not site.audience and key.row is not None:
        return
    wanted = site.audience or settings.DESK_URL
    if wanted not in named:
        raise NotBelieved(f"The token is for someone else: “aud” must be {wanted}.")


def _claims(site: Site, said: dict[str, Any]) -> Claims:
    words = {name: _word(said, name, longest) for name, longest in WORDS.items()}
    if not words["sub"]:
        raise NotBelieved("The token names nobody: “sub” is empty.")
    if said.get("email_verified") is False:
        words["email"] = ""
    return Claims(site=site, **words)


def _word(said: dict[str, Any], name: str, longest: int) -> str:
    value = said.get(name, "")
    if value is None or isinstance(value, bool):
        value = ""
    if isinstance(value, int) and name in {"sub", "district"}:
        value = str(value)
    if not isinstance(value, str) or "\x00" in value:
        raise NotBelieved(f"“{name}” in the token must be a text.")
    text = " ".join(value.split()) if name != "sub" else value
    if len(text) > longest:
        raise NotBelieved(f"“{name}” in the token is longer than {longest} characters.")
    return text


def _keys(sites: list[Site], kid: str) -> Iterator[tuple[Site, Key]]:
    """The keys to try: those of this name, or all where the token names none."""
    for site in sites:
        try:
            found = [*living_keys(site), *told_keys(site, kid)]
        except Refused:
            continue  # its secret can't be opened any more: its page says so
        for key in found:
            if not kid or key.kid == kid:
                yield site, key


def _sites_on(origin: str) -> list[Site]:
    found = Site.objects.select_related("district").order_by("id")
    return list(found.filter(origins__contains=[origin.lower()]) if origin else found)


def _note(sites: list[Site], why: str) -> None:
    if len(sites) == 1:
        Site.objects.filter(pk=sites[0].pk).update(refused_at=clock.now(), refused_why=why[:300])


def _note_use(key: Key) -> None:
    if key.row is not None:
        old = SiteKey.objects.filter(pk=key.row).exclude(used_at__gt=clock.now() - USED_EVERY)
        old.update(used_at=clock.now())
