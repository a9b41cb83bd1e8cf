"""A client that hands mails in over so many connections, as other mail servers do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

SUPPORT = "support@deskbell.localhost"
WORDS = "The Chromebooks in our room are dark again, and nobody can log in. " * 40


def letter(number: int, *, run: str, answers: str = "", size: int = 2048) -> bytes:
    """A mail of about `size` bytes from one of five hundred people."""
    head = [
        f"From: Tess Turner {number % 500} <tess{number % 500}@northvalley.example>",
        f"To: {SUPPORT}",
        f"Subject: Room {run} {number} is dark",
        f"Message-ID: <{run}.{number}@northvalley.example>",
        "Date: Mon, 30 Nov 2026 09:00:00 -0500",
        *([f"In-Reply-To: {answers}"] if answers else []),
    ]
    text = "\r\n".join(WORDS[at : at + 70] for at in range(0, len(WORDS), 70))
    return ("\r\n".join(head) + "\r\n\r\n" + text)[: size - 2].encode() + b"\r\n"


def hand_in(port: int, mails: Sequence[bytes], *, connections: int, a_second: float = 0) -> float:
    """Send them all; returns the seconds until the last `250`. `a_second` holds them to that rate."""
    return asyncio.run(_hand_in(port, list(mails), connections, a_second))


async def _hand_in(port: int, mails: list[bytes], connections: int, a_second: float) -> float:
    began = time.perf_counter()
    waiting = iter(enumerate(mails))

    async def talk() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await _answer(reader, b"220")
        await _say(reader, writer, b"EHLO client.example", b"250")
        for number, mail in waiting:
            if a_second:
                await asyncio.sleep(max(0.0, began + number / a_second - time.perf_counter()))
            await _say(reader, writer, b"MAIL FROM:<tess@northvalley.example>", b"250")
            await _say(reader, writer, f"RCPT TO:<{SUPPORT}>".encode(), b"250")
            await _say(reader, writer, b"DATA", b"354")
            writer.write(mail.replace(b"\r\n.", b"\r\n.."))
            await _say(reader, writer, b".", b"250")
        writer.close()

    await asyncio.gather(*(talk() for _ in range(connections)))
    return time.perf_counter() - began


async def _say(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: bytes, wanted: bytes
) -> None:
    writer.write(line + b"\r\n")
    await writer.drain()
    await _answer(reader, wanted)


async def _answer(reader: asyncio.StreamReader, wanted: bytes) -> None:
    while (line := await reader.readline())[3:4] == b"-":
        pass
    if not line.startswith(wanted):
        raise RuntimeError(f"The door said {line!r} instead of {wanted!r}")
