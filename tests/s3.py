"""A stand-in for Amazon S3: a small HTTP server that answers for objects, and checks the signature of
each request by itself, from what came over the wire. Never the service itself."""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, unquote

KEY, SECRET, REGION = (
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "us-east-1",
)
HEADER = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(\S+?)/(\d{8})/([\w-]+)/s3/aws4_request,\s*"
    r"SignedHeaders=([\w;-]+),\s*Signature=([0-9a-f]{64})"
)


class S3:
    """`objects` by (bucket, key); while `down` is set, each request is answered with that status."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}
        self.types: dict[tuple[str, str], str] = {}  # of what was put
        self.asked: list[str] = []
        self.down = 0
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stand_in.asked.append(self.path)
                status, content = stand_in.answer(self)
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_PUT(self) -> None:
                self._change(lambda place, body: stand_in.objects.__setitem__(place, body))

            def do_DELETE(self) -> None:
                self._change(lambda place, _: stand_in.objects.pop(place, None))

            def _change(self, do: Callable[[tuple[str, str], bytes], object]) -> None:
                stand_in.asked.append(f"{self.command} {self.path}")
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                problem = (stand_in.down, error("SlowDown")) if stand_in.down else wrong_with(self)
                if (
                    not problem
                    and hashlib.sha256(body).hexdigest() != self.headers["x-amz-content-sha256"]
                ):
                    problem = 400, error("XAmzContentSHA256Mismatch")
                if not problem:
                    bucket, _, key = unquote(self.path[1:]).partition("/")
                    do((bucket, key), body)
                    stand_in.types[bucket, key] = self.headers.get("Content-Type", "")
                status, content = problem or (200, b"")
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, request: Any) -> tuple[int, bytes]:
        if self.down:
            return self.down, error("SlowDown")
        if problem := wrong_with(request):
            return problem
        bucket, _, key = unquote(request.path[1:]).partition("/")
        found = self.objects.get((bucket, key))
        return (200, found) if found is not None else (404, error("NoSuchKey"))


def wrong_with(request: Any) -> tuple[int, bytes] | None:
    """What S3 would say of a request whose signature is none."""
    said = HEADER.fullmatch(request.headers.get("Authorization", ""))
    if not said:
        return 403, error("AccessDenied")
    key, day, region, names, signature = said.groups()
    if key != KEY:
        return 403, error("InvalidAccessKeyId", f"<AWSAccessKeyId>{key}</AWSAccessKeyId>")
    if region != REGION:
        return 400, error("AuthorizationHeaderMalformed", f"<Region>{REGION}</Region>")
    if not {"host", "x-amz-content-sha256", "x-amz-date"} <= set(names.split(";")):
        return 403, error("AccessDenied")
    lines = [f"{name}:{request.headers[name].strip()}\n" for name in names.split(";")]
    path = quote(unquote(request.path), safe="/-._~")
    digest = request.headers["x-amz-content-sha256"]
    canonical = "\n".join([request.command, path, "", "".join(lines), names, digest])
    scope = f"{day}/{region}/s3/aws4_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{request.headers['x-amz-date']}\n{scope}\n{hashed}"
    made = b"AWS4" + SECRET.encode()
    for part in (day, region, "s3", "aws4_request", text):
        made = hmac.digest(made, part.encode(), "sha256")
    return None if made.hex() == signature else (403, error("SignatureDoesNotMatch"))


def error(code: str, more: str = "") -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code>{more}</Error>".encode()


@contextmanager
def standing_in() -> Iterator[S3]:
    """The stand-in, listening until the end of the block."""
    made = S3()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join(5)
