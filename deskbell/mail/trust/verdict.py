"""From all the evidence to one of three words: proved, not proved, fails. A domain's silence fails
nobody, and neither does a DNS that doesn't answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deskbell.mail.trust.asking import Dns, Unanswered
from deskbell.mail.trust.policies import are_aligned, policy_of
from deskbell.mail.trust.signatures import (
    Evidence,
    check_arc,
    check_dkim,
    check_spf,
    is_from_outside,
)
from deskbell.mail.trust.upstream import parsed, results_of

PROVED, UNPROVED, FAILED = "proved", "unproved", "failed"


@dataclass(frozen=True)
class Given:
    """A mail with how it came. `domain` is that of its From; `results` are its Authentication-Results
    fields, the topmost first; `trusted` are the servers whose results are believed."""

    raw: bytes
    domain: str
    sender: str
    peer: str
    helo: str
    results: Sequence[str]
    trusted: frozenset[str]


@dataclass(frozen=True)
class Verdict:
    """The word, and a sentence that says why."""

    trust: str
    why: str
    unaligned: bool = False  # it was looked into, and nothing proves this domain


def judge(mail: Given, dns: Dns) -> Verdict:
    """Is the mail from the domain that it says it is from? Asks the DNS only where that could tell."""
    if not mail.domain:
        return Verdict(UNPROVED, "It names no sender that could be proved.")
    if (found := _by_upstream(mail)) is not None:
        return _weighed(mail.domain, found, {}, "says your mail server")
    evidence = check_dkim(mail.raw, dns)
    spf = check_spf(mail.peer, mail.sender, mail.helo, dns)
    evidence += [spf] if spf else []
    if not evidence:
        return Verdict(
            UNPROVED, "It carries no signature, and came by a server that can't be asked."
        )
    try:
        policy = policy_of(mail.domain, dns)
    except Unanswered:
        policy, evidence = None, [*evidence, Evidence("DMARC", "unknown", mail.domain)]
    if spf is None:  # perhaps it was right by SPF where it came in; nobody told us
        evidence.append(Evidence("SPF", "unknown", mail.domain))
    verdict = _weighed(mail.domain, evidence, policy, "")
    return verdict if verdict.trust == PROVED else _by_chain(mail, dns) or verdict


def _by_upstream(mail: Given) -> list[Evidence] | None:
    """A stranger's server can write any such header; only what came through our own network counts."""
    return None if is_from_outside(mail.peer) else results_of(mail.results, mail.trusted)


def _by_chain(mail: Given, dns: Dns) -> Verdict | None:
    """A forwarder that we trust has proved the mail before it changed it (ARC)."""
    if not mail.trusted:
        return None
    found = parsed(check_arc(mail.raw, mail.trusted, dns))
    weighed = _weighed(mail.domain, found, {}, "said a forwarder that you trust") if found else None
    return weighed if weighed and weighed.trust == PROVED else None


def _weighed(
    domain: str, evidence: Sequence[Evidence], policy: dict[str, str] | None, who: str
) -> Verdict:
    """`policy`: the DMARC tags of the domain, none at all (None), or weighed by another (empty)."""
    tags = policy or {}
    told = f" ({who})" if who else ""
    for each in evidence:
        mode = tags.get("adkim" if each.method == "DKIM" else "aspf", "r")
        if each.result == "pass" and are_aligned(domain, each.domain, mode):
            return Verdict(PROVED, f"{each.method} proves {each.domain}{told}.")
    if any(each.method == "DMARC" and each.result == "fail" for each in evidence):
        return Verdict(FAILED, f"DMARC fails for {domain}{told}.")
    if unknown := [each.method for each in evidence if each.result == "unknown"]:
        return Verdict(
            UNPROVED, f"{' and '.join(dict.fromkeys(unknown))} could not be checked{told}."
        )
    if policy:
        return Verdict(
            FAILED,
            f"{domain} signs its mails (DMARC p={policy['p']}), and neither DKIM nor SPF proves this one.",
        )
    if hard := [e for e in evidence if e.hard and are_aligned(domain, e.domain)]:
        return Verdict(
            FAILED, f"{domain} says by {hard[0].method} that it sends no mail from there{told}."
        )
    return Verdict(UNPROVED, f"Nothing proves that it is from {domain}{told}.", unaligned=True)
