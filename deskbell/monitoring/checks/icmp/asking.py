"""Asking by ICMP echo. The kernel gives a socket for that alone to groups that an operator names."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import time

from deskbell.monitoring.checks.common import Failed, Found, Question, Tools, Unreached

NOT_ALLOWED = (
    "This machine does not let the desk ping: set net.ipv4.ping_group_range to a range with its group, "
    "like “0 2147483647”."
)
SIZE = 32  # bytes
KINDS = {  # family to protocol, the type of a request, and that of its answer
    socket.AF_INET: (socket.IPPROTO_ICMP, 8, 0),
    socket.AF_INET6: (socket.IPPROTO_ICMPV6, 128, 129),
}


async def ask(question: Question, tools: Tools) -> Found:
    """`{host, count}`: so many echoes, of which one must come back; how many got lost is said."""
    host, count = question.asks["host"], question.asks.get("count", 3)
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    family, _, _, _, address = found[0]
    with _opened(socket.AddressFamily(family)) as line:
        await loop.sock_connect(line, address)
        times = []
        for number in range(count):
            took = await _echo(line, number, question.within / count)
            if took is not None:
                times.append(took)
    if not times:
        raise Unreached(f"None of {count} echoes came back from {address[0]}.")
    lost = count - len(times)
    said = f"{sum(times) / len(times):.1f} ms from {address[0]}"
    return Found(said, f"{lost} of {count} echoes got lost." if lost else "")


def allowed() -> bool:
    """Does this machine let the desk ping?"""
    try:
        _opened(socket.AF_INET).close()
    except Failed:
        return False
    return True


def _opened(family: socket.AddressFamily) -> socket.socket:
    try:
        line = socket.socket(family, socket.SOCK_DGRAM, KINDS[family][0])
    except PermissionError:
        raise Failed(NOT_ALLOWED) from None
    line.setblocking(False)
    return line


async def _echo(line: socket.socket, number: int, within: float) -> float | None:
    """Milliseconds until the answer; None if none came. The kernel tells our answers from others'."""
    loop = asyncio.get_running_loop()
    _, request, answer = KINDS[line.family]
    packet, began = _packet(request, number), time.perf_counter()
    try:
        async with asyncio.timeout(within):
            await loop.sock_sendall(line, packet)
            while True:
                heard = await loop.sock_recv(line, 2048)
                if len(heard) >= 8 and heard[0] == answer and heard[6:8] == packet[6:8]:
                    return (time.perf_counter() - began) * 1000
    except TimeoutError:
        return None


def _packet(kind: int, number: int) -> bytes:
    head, body = struct.pack("!BBHHH", kind, 0, 0, 0, number), os.urandom(SIZE)
    return struct.pack("!BBHHH", kind, 0, _checksum(head + body), 0, number) + body


def _checksum(data: bytes) -> int:
    """RFC 1071. The kernel writes its own over it for IPv6, and on some systems for IPv4."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF
