"""Asking ClamAV, if the operator has one: the whole mail goes over its socket (INSTREAM)."""

from __future__ import annotations

import socket
import struct

SECONDS = 60.0
CHUNK = 256 * 1024
LENGTH = struct.Struct(">I")
LONGEST_ANSWER = 4096


class ScannerDown(OSError):
    """ClamAV is configured and doesn't answer: the mail waits for it, and does not pass."""


def infection_in(raw: bytes, where: str) -> str:
    """The name of what was found, or "" if the mail is clean. `where`: `unix:/path` or `host:port`.

    Raises ScannerDown.
    """
    try:
        with _connected(where) as scanner:
            scanner.sendall(b"zINSTREAM\0")
            for start in range(0, len(raw), CHUNK):
                chunk = raw[start : start + CHUNK]
                scanner.sendall(LENGTH.pack(len(chunk)) + chunk)
            scanner.sendall(LENGTH.pack(0))
            answer = _answer(scanner)
    except OSError as error:
        raise ScannerDown(f"ClamAV at {where} does not answer: {error}") from error
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")[:200]
    if answer.endswith("OK"):
        return ""
    raise ScannerDown(
        f"ClamAV at {where} could not look at the mail: {answer[:200] or 'no answer'}"
    )


def _connected(where: str) -> socket.socket:
    if where.startswith("unix:"):
        made = socket.socket(socket.AF_UNIX)
        made.settimeout(SECONDS)
        made.connect(where.removeprefix("unix:"))
        return made
    host, _, port = where.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def _answer(scanner: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
        chunk = scanner.recv(LONGEST_ANSWER)
        if not chunk:
            break
        said += chunk
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()
