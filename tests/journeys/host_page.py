"""A portal of its own: another origin, with a strict Content-Security-Policy, that embeds the bubble."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html><html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>Portal</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/host.css"></head>
<body><main><h1>My apps</h1><p>Everything as usual.</p></main>
{embed}</body></html>"""
STYLE = (
    "body{margin:40px;font:16px sans-serif}h1{font-size:30px}button{background:red;padding:40px}"
)


@dataclass
class HostPage:
    """What the portal serves; a test sets it, and the next load shows it."""

    desk: str
    port: int = 0
    identity: str | None = None  # in the script's line
    lang: str = "en"
    dir: str = "ltr"
    embeds: bool = True
    module: str = ""  # a module script of the page, from its own address
    seen: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def html(self) -> str:
        named = f' data-identity="{self.identity}"' if self.identity is not None else ""
        line = f'<script src="{self.desk}/bubble.js" data-desk="{self.desk}"{named} async></script>'
        own = '<script type="module" src="/own.js"></script>' if self.module else ""
        return PAGE.format(lang=self.lang, dir=self.dir, embed=(line if self.embeds else "") + own)

    @property
    def policy(self) -> str:
        return (
            f"default-src 'none'; script-src 'self' {self.desk}; connect-src {self.desk};"
            " style-src 'self'; img-src data:; require-trusted-types-for 'script'"
        )


@contextmanager
def host_page(desk: str) -> Iterator[HostPage]:
    """The portal, as long as the block lasts."""
    page = HostPage(desk)

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said, kind = page.html(), "text/html; charset=utf-8"
            if self.path == "/own.js":
                said, kind = page.module, "text/javascript; charset=utf-8"
            if self.path == "/host.css":
                said, kind = STYLE, "text/css"
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", page.policy)
            self.send_header("Content-Length", str(len(said.encode())))
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    page.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield page
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
