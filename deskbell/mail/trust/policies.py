"""DMARC: what a domain says of mails that only pretend to be its own, and whose domains are one."""

from __future__ import annotations

import importlib.resources
from functools import cache

from authheaders.dmarc_lookup import DMARCException, answer_to_dict
from publicsuffix2 import PublicSuffixList

from deskbell.mail.trust.asking import Dns, texts


def policy_of(domain: str, dns: Dns) -> dict[str, str] | None:
    """The DMARC record that holds for a domain, its tags by name; `p` is the policy that applies to it.
    None if there is none. Raises Unanswered."""
    record = _record(domain, dns)
    if record is not None:
        return record
    organization = organization_of(domain)
    inherited = _record(organization, dns) if organization != domain else None
    return {**inherited, "p": inherited.get("sp", inherited["p"])} if inherited else None


def are_aligned(domain: str, proved: str, mode: str = "r") -> bool:
    """Does a proof for one domain count for the other? Strict ("s"): only if they are the same."""
    if not domain or not proved:
        return False
    if mode == "s":
        return domain == proved
    return organization_of(domain) == organization_of(proved)


def organization_of(domain: str) -> str:
    """The part of a domain that one organization has registered: `mail.a.k12.oh.us` is `a.k12.oh.us`."""
    domain = domain.lower().strip(".")
    found = str(_suffixes().get_public_suffix(domain) or "")
    if "." in found or "." not in domain:
        return found or domain
    return ".".join(domain.split(".")[-2:])  # the list doesn't know its last part


def _record(domain: str, dns: Dns) -> dict[str, str] | None:
    """RFC 7489, 6.6.3: two records are as good as none."""
    found = [text for text in texts(dns, f"_dmarc.{domain}") if text.startswith("v=DMARC1")]
    if len(found) != 1:
        return None
    try:
        tags: dict[str, str] = answer_to_dict(found[0])
    except DMARCException:
        return None
    return tags if tags.get("p") in {"none", "quarantine", "reject"} else None


@cache
def _suffixes() -> PublicSuffixList:
    """The list that authheaders brings along, read once."""
    file = importlib.resources.files("authheaders") / "public_suffix_list.txt"
    with importlib.resources.as_file(file) as path, path.open(encoding="utf-8") as lines:
        return PublicSuffixList(lines)
