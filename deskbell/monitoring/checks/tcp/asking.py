"""Asking a TCP port."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from deskbell.lib import clock
from deskbell.monitoring.checks import certificates, fields
from deskbell.monitoring.checks.common import Failed, Found, Question, Tools

MOST_GREETING = 4096  # bytes


async def ask(question: Question, tools: Tools) -> Found:
    """`{host, port, tls, tls_days, verify, ca, send, expect}`; `expect` is a pattern in what it says."""
    asks = question.asks
    context = certificates.context_for(asks) if asks.get("tls") else None
    reader, writer = await asyncio.open_connection(
        asks["host"], asks["port"], ssl=context, server_hostname=asks["host"] if context else None
    )
    try:
        secured = writer.get_extra_info("ssl_object")
        warning = certificates.warning_of(secured, asks.get("tls_days", 0), clock.now())
        if asks.get("send"):
            writer.write(asks["send"].encode() + b"\r\n")
            await writer.drain()
        if asks.get("expect"):
            await _hear(reader, asks["expect"])
        return Found("It takes connections.", warning)
    finally:
        writer.close()
        with suppress(Exception):
            writer.transport.abort()


async def _hear(reader: asyncio.StreamReader, expected: str) -> None:
    """Read until what is expected has come. Failed if the line ends, or too much comes, without it."""
    heard = b""
    while len(heard) < MOST_GREETING:
        chunk = await reader.read(MOST_GREETING - len(heard))
        if not chunk:
            break
        heard += chunk
        if fields.matches(expected, heard.decode("utf-8", "replace")):
            return
    told = heard[:100].decode("utf-8", "replace").strip()
    raise Failed(f"It does not say “{expected[:100]}”, but “{told}”.")
