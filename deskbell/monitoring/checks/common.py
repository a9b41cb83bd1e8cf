"""What every kind of check is given, and what it answers. A kind asks once; all else is not its matter."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

LARGEST = 1024 * 1024  # bytes of an answer that are looked at
LONGEST_SAID, LONGEST_WARNING = 500, 300
log = logging.getLogger(__name__)


class Failed(Exception):
    """The other side answered, and not as it should. The sentence says how."""


class Unreached(Exception):
    """Nothing came back: it may be the other side, or the network of the desk itself."""


@dataclass(frozen=True)
class Question:
    """What to ask: as its form has checked it, with its secrets, within so many seconds in all."""

    asks: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict)
    within: float = 10.0


@dataclass(frozen=True)
class Found:
    """All is well; `warning` if it will not be for long."""

    said: str = ""
    warning: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a check found at an instant (UTC), and how long it took. `unreached`: nothing came back."""

    ok: bool
    at: datetime
    ms: float
    said: str = ""
    warning: str = ""
    unreached: bool = False


@dataclass(frozen=True)
class Tools:
    """What the checks of one process share. `http` opens a new connection for each request."""

    http: aiohttp.ClientSession


Ask = Callable[[Question, Tools], Awaitable[Found]]


async def verdict_of(ask: Ask, question: Question, tools: Tools, at: datetime) -> Verdict:
    """Ask once. Whatever happens is a verdict."""
    began = time.perf_counter()
    ok, said, warning, unreached = False, "", "", False
    try:
        async with asyncio.timeout(question.within):
            found = await ask(question, tools)
        ok, said, warning = True, found.said, found.warning
    except TimeoutError:
        said, unreached = f"No answer within {question.within:g} seconds.", True
    except Failed as error:
        said = str(error)
    except Unreached as error:
        said, unreached = str(error), True
    except (OSError, aiohttp.ClientError) as error:
        said, unreached = in_words(error)
    except Exception as error:
        log.exception("A check could not be asked")
        said = f"The desk failed on it ({type(error).__name__}); its log says more."
    return Verdict(
        ok,
        at,
        round((time.perf_counter() - began) * 1000, 2),
        plain(said)[:LONGEST_SAID],
        plain(warning)[:LONGEST_WARNING],
        unreached,
    )


def in_words(error: Exception) -> tuple[str, bool]:
    """A fault of the line in a sentence, and whether nothing at all came back."""
    cause = getattr(error, "os_error", None) or error
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        cause = error.certificate_error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"Its certificate is not good: {cause.verify_message}.", False
    if isinstance(cause, ssl.SSLError):
        return f"No TLS could be agreed on ({cause.reason or cause}).", False
    if isinstance(cause, socket.gaierror):
        return "Its name could not be found.", True
    if isinstance(cause, ConnectionRefusedError):
        return "The connection was refused: nothing listens there.", False
    if isinstance(cause, (ConnectionResetError, aiohttp.ServerDisconnectedError)):
        return "The connection was cut before an answer came.", False
    if isinstance(cause, TimeoutError):
        return "No connection came about in time.", True
    if isinstance(cause, OSError):
        return f"It could not be reached ({cause.strerror or cause}).", True
    return f"Its answer could not be read ({type(error).__name__}: {error}).", False


def plain(text: str) -> str:
    """One line of text that PostgreSQL takes, whatever a stranger has sent."""
    told = " ".join(text.replace("\x00", " ").split())
    return told.encode("utf-8", "replace").decode()
