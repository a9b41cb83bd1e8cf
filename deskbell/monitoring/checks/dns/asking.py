"""Asking a name server."""

from __future__ import annotations

import dns.asyncresolver
import dns.exception
import dns.resolver

from deskbell.monitoring.checks.common import Failed, Found, Question, Tools, Unreached


async def ask(question: Question, tools: Tools) -> Found:
    """`{name, type, server, port, expects}`; all of `expects` must be among the records."""
    asks = question.asks
    try:
        resolver = dns.asyncresolver.Resolver(configure=not asks.get("server"))
        if asks.get("server"):
            resolver.nameservers, resolver.port = [asks["server"]], asks.get("port", 53)
        resolver.lifetime = question.within
        answer = await resolver.resolve(asks["name"], asks["type"], search=False)
    except dns.resolver.NXDOMAIN:
        raise Failed(f"There is no name {asks['name']}.") from None
    except dns.resolver.NoAnswer:
        raise Failed(f"{asks['name']} has no {asks['type']} records.") from None
    except (dns.resolver.LifetimeTimeout, dns.exception.Timeout):
        raise Unreached(f"No answer within {question.within:g} seconds.") from None
    except dns.resolver.NoNameservers as error:
        raise Failed(f"The name server can't say ({_reason(error)}).") from None
    except dns.exception.DNSException as error:
        raise Failed(f"The name can't be asked for ({type(error).__name__}).") from None
    found = sorted(_written(str(record)) for record in answer)
    missing = [each for each in asks.get("expects", []) if _written(each) not in found]
    if missing:
        raise Failed(f"It says {', '.join(found)[:200]}, without {missing[0][:100]}.")
    return Found(", ".join(found)[:200])


def _written(record: str) -> str:
    """Without the dot at the end, the quotes of texts, and capitals."""
    return record.strip().strip('"').rstrip(".").lower()


def _reason(error: dns.resolver.NoNameservers) -> str:
    errors = error.kwargs.get("errors") or []
    return str(errors[0][3]) if errors else "it is not there"
