"""Each kind of check against real servers on this machine: what is well, and in which words it is not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from deskbell.lib.errors import Refused
from deskbell.monitoring.checks.http.fetching import _not_of_the_link
from deskbell.monitoring.checks.icmp import asking as icmp
from deskbell.monitoring.checks.kinds import KINDS
from deskbell.monitoring.tests.servers import Authority, Pages, ask, naming, serving


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def site(pages: Pages) -> Iterator[str]:
    with serving(pages.serve) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def http(url: str, **form: str) -> dict[str, object]:
    """What an HTTP form keeps."""
    return KINDS["http"].read({"url": url, **form})[0]


def said(url: str, **form: str) -> str:
    verdict = ask("http", http(url, **form))
    return f"{'up' if verdict.ok else 'down'}: {verdict.said}"


class TestHttp:
    def test_a_good_answer_is_up(self, site: str) -> None:
        verdict = ask("http", http(f"{site}/"))
        assert (verdict.ok, verdict.said, verdict.warning) == (True, "200, 7 bytes", "")
        assert verdict.ms > 0

    def test_a_status_that_is_not_expected_is_down(self, site: str, pages: Pages) -> None:
        pages.answers["/"] = (503, {}, "")
        assert said(f"{site}/") == "down: It answers 503."
        assert said(f"{site}/", statuses="200-299, 503").startswith("up")

    def test_the_body_is_looked_into(self, site: str, pages: Pages) -> None:
        pages.answers["/"] = (200, {}, "Queue: 12 jobs. ERROR in one.")
        assert said(f"{site}/", contains="jobs").startswith("up")
        assert said(f"{site}/", contains="Welcome") == "down: Its page does not contain “Welcome”."
        assert said(f"{site}/", lacks="ERROR") == "down: Its page contains “ERROR”."
        assert said(f"{site}/", pattern=r"Queue: \d\d jobs").startswith("up")
        assert said(f"{site}/", pattern=r"^\d+$").startswith("down: Nothing in its page fits")

    def test_a_pattern_of_a_manager_can_not_be_made_to_hang(self, site: str, pages: Pages) -> None:
        pages.answers["/"] = (200, {}, "a" * 50_000 + "!")
        assert said(f"{site}/", pattern=r"(a+)+$").startswith("down: Nothing in its page fits")

    def test_json_is_looked_into_by_paths(self, site: str, pages: Pages) -> None:
        pages.answers["/"] = (200, {}, '{"status": "ok", "jobs": [{"left": 3}], "ready": true}')
        assert said(f"{site}/", json="$.status = ok\n$.ready = true\n$.jobs[0].left = 3") == (
            "up: 200, 54 bytes"
        )
        assert said(f"{site}/", json="$.jobs[*].left = 0") == (
            "down: Its JSON says “3” at $.jobs[*].left, and not “0”."
        )
        assert said(f"{site}/", json="$.missing") == "down: Its JSON has nothing at $.missing."
        pages.answers["/"] = (200, {}, "<html>")
        assert said(f"{site}/", json="$.status") == "down: Its answer is no JSON."

    def test_headers_are_looked_at(self, site: str, pages: Pages) -> None:
        pages.answers["/"] = (200, {"Strict-Transport-Security": "max-age=31536000"}, "")
        assert said(f"{site}/", expects="strict-transport-security: max-age").startswith("up")
        assert said(f"{site}/", expects="X-Cache: hit") == "down: Its answer has no header X-Cache."

    def test_redirects_are_followed_and_their_end_is_checked(self, site: str, pages: Pages) -> None:
        pages.answers["/"] = (302, {"Location": "/login"}, "")
        assert said(f"{site}/", contains="Welcome").startswith("up")
        assert said(f"{site}/", ends_at=f"{site}/login").startswith("up")
        assert said(f"{site}/", ends_at=f"{site}/portal") == (
            f"down: It leads to {site}/login, and not to {site}/portal."
        )
        assert said(f"{site}/", unfollowed="yes", statuses="302").startswith("up")

    def test_redirects_that_never_end_are_down(self, site: str, pages: Pages) -> None:
        pages.answers["/"] = (302, {"Location": "/"}, "")
        assert said(f"{site}/") == "down: It leads on and on: 5 redirects were followed."

    def test_a_redirect_to_the_machine_of_a_cloud_is_not_followed(
        self, site: str, pages: Pages
    ) -> None:
        pages.answers["/"] = (302, {"Location": "http://169.254.169.254/latest"}, "")
        assert "which is no web address" in said(f"{site}/")

    def test_secrets_go_to_the_first_host_alone(self, site: str, pages: Pages) -> None:
        other = Pages()
        with serving(other.serve) as port:
            pages.answers["/"] = (302, {"Location": f"http://localhost:{port}/"}, "")
            hidden = {"headers": "X-Key: s3cret", "user": "probe", "password": "pass"}
            assert ask("http", http(f"{site}/"), hidden).ok
        assert "X-Key: s3cret" in pages.asked[0] and "Authorization: Basic" in pages.asked[0]
        assert "s3cret" not in other.asked[0] and "Authorization" not in other.asked[0]

    def test_a_refused_connection_says_so_and_is_no_matter_of_the_network(self) -> None:
        verdict = ask("http", http(f"http://127.0.0.1:{free_port()}/"))
        assert verdict.said == "The connection was refused: nothing listens there."
        assert not verdict.ok and not verdict.unreached

    def test_silence_is_down_after_the_limit_of_all_it_does(self, site: str, pages: Pages) -> None:
        pages.silent = True
        verdict = ask("http", http(f"{site}/"), within=0.3)
        assert (verdict.ok, verdict.said) == (False, "No answer within 0.3 seconds.")
        assert verdict.unreached

    def test_only_the_first_megabyte_is_looked_at(self, site: str, pages: Pages) -> None:
        pages.answers["/"] = (200, {}, "x" * 2_000_000 + "END")
        assert said(f"{site}/", contains="xxx").startswith("up")
        assert said(f"{site}/", contains="END").startswith("down")

    def test_an_answer_that_is_no_http_is_down(self) -> None:
        async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")  # or the question may meet a closed line
            writer.write(b"\x00\xff\x00 no HTTP at all\r\n\r\n")
            await writer.drain()

        with serving(babble) as port:
            told = said(f"http://127.0.0.1:{port}/")
        assert told.startswith("down: Its answer could not be read") and "\x00" not in told


class TestTls:
    def test_an_own_authority_is_trusted_when_it_is_named(
        self, pages: Pages, authority: Authority, tmp_path: Path
    ) -> None:
        with serving(pages.serve, tls=authority.issue(tmp_path)) as port:
            url = f"https://127.0.0.1:{port}/"
            assert said(url, ca=authority.pem) == "up: 200, 7 bytes"
            assert said(url).startswith("down: Its certificate is not good: unable to get")
            assert said(url, unverified="yes").startswith("up")

    def test_a_certificate_that_ends_soon_warns_and_is_up(
        self, pages: Pages, authority: Authority, tmp_path: Path
    ) -> None:
        with serving(pages.serve, tls=authority.issue(tmp_path, days=9.5)) as port:
            verdict = ask("http", http(f"https://127.0.0.1:{port}/", ca=authority.pem))
            other = ask("http", http(f"https://127.0.0.1:{port}/", ca=authority.pem, tls_days="5"))
        assert verdict.ok and verdict.warning.startswith("Its certificate ends on ")
        assert verdict.warning.endswith(", in 9 days.")
        assert other.ok and other.warning == ""

    def test_one_that_has_ended_is_down(
        self, pages: Pages, authority: Authority, tmp_path: Path
    ) -> None:
        with serving(pages.serve, tls=authority.issue(tmp_path, days=-1)) as port:
            told = said(f"https://127.0.0.1:{port}/", ca=authority.pem)
        assert told == "down: Its certificate is not good: certificate has expired."

    def test_one_for_another_name_is_down(
        self, pages: Pages, authority: Authority, tmp_path: Path
    ) -> None:
        with serving(pages.serve, tls=authority.issue(tmp_path)) as port:
            told = said(f"https://127.0.0.2:{port}/", ca=authority.pem)
        assert told.startswith("down:")


class TestTcp:
    def test_a_port_that_takes_connections_is_up(self, pages: Pages) -> None:
        with serving(pages.serve) as port:
            asks, _ = KINDS["tcp"].read({"host": "127.0.0.1", "port": str(port)})
            assert ask("tcp", asks).ok

    def test_what_it_says_first_is_expected(self) -> None:
        async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"SSH-2.0-Open")
            await writer.drain()
            await asyncio.sleep(0.05)
            writer.write(b"SSH_9.2\r\n")
            await writer.drain()

        with serving(greet) as port:
            form = {"host": "127.0.0.1", "port": str(port)}
            well, _ = KINDS["tcp"].read({**form, "expect": "^SSH-2.0-OpenSSH"})
            ill, _ = KINDS["tcp"].read({**form, "expect": "^220 "})
            assert ask("tcp", well).ok
            assert ask("tcp", ill).said == "It does not say “^220”, but “SSH-2.0-OpenSSH_9.2”."

    def test_tls_and_its_end_are_seen(self, authority: Authority, tmp_path: Path) -> None:
        with serving(Pages().serve, tls=authority.issue(tmp_path, days=3.5)) as port:
            form = {"host": "localhost", "port": str(port), "tls": "yes", "ca": authority.pem}
            verdict = ask("tcp", KINDS["tcp"].read(form)[0])
        assert verdict.ok and verdict.warning.endswith("in 3 days.")


class TestDns:
    RECORDS = {
        ("portal.example", "A"): ["192.0.2.10", "192.0.2.11"],
        ("portal.example", "MX"): ["10 mail.example."],
    }

    def told(self, **form: str) -> str:
        with naming(self.RECORDS) as port:
            read = {
                "name_asked": "portal.example",
                "server": "127.0.0.1",
                "port": str(port),
                **form,
            }
            verdict = ask("dns", KINDS["dns"].read(read)[0])
        return f"{'up' if verdict.ok else 'down'}: {verdict.said}"

    def test_records_are_there_and_the_expected_ones(self) -> None:
        assert self.told() == "up: 192.0.2.10, 192.0.2.11"
        assert self.told(expects="192.0.2.11").startswith("up")
        assert self.told(expects="192.0.2.99") == (
            "down: It says 192.0.2.10, 192.0.2.11, without 192.0.2.99."
        )
        assert self.told(type="MX", expects="10 mail.example").startswith("up")

    def test_a_name_or_a_record_that_is_missing_is_down(self) -> None:
        assert self.told(name_asked="other.example") == "down: There is no name other.example."
        assert self.told(type="TXT") == "down: portal.example has no TXT records."

    def test_a_name_server_that_is_silent_was_not_reached(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
            deaf.bind(("127.0.0.1", 0))
            form = {"name_asked": "portal.example", "server": "127.0.0.1"}
            asks, _ = KINDS["dns"].read({**form, "port": str(deaf.getsockname()[1])})
            verdict = ask("dns", asks, within=0.4)
        assert not verdict.ok and verdict.unreached


class TestIcmp:
    def test_a_ping_comes_back_or_it_is_said_why_it_may_not_leave(self) -> None:
        asks, _ = KINDS["icmp"].read({"host": "127.0.0.1"})
        verdict = ask("icmp", asks)
        if icmp.allowed():
            assert verdict.ok and verdict.said.endswith("ms from 127.0.0.1")
        else:
            assert verdict.said == icmp.NOT_ALLOWED

    def test_the_checksum_is_the_one_of_the_standard(self) -> None:
        packet = icmp._packet(8, 7)
        assert icmp._checksum(packet) == 0


class TestSmtp:
    @pytest.fixture
    def server(self, authority: Authority, tmp_path: Path) -> Iterator[Controller]:
        server = Controller(
            Sink(),
            hostname="127.0.0.1",
            port=free_port(),
            tls_context=authority.issue(tmp_path, days=5.5),
        )
        server.start()
        yield server
        server.stop()

    def told(self, server: Controller, authority: Authority, **form: str) -> str:
        read = {"host": "127.0.0.1", "port": str(server.port), "ca": authority.pem, **form}
        verdict = ask("smtp", KINDS["smtp"].read(read)[0])
        return f"{'up' if verdict.ok else 'down'}: {verdict.said} {verdict.warning}".strip()

    def test_greeting_starttls_and_its_end_are_seen(
        self, server: Controller, authority: Authority
    ) -> None:
        told = self.told(server, authority, security="starttls")
        assert told.startswith("up:") and told.endswith("in 5 days.")
        assert self.told(server, authority, security="none").startswith("up:")

    def test_a_greeting_that_is_not_expected_is_down(
        self, server: Controller, authority: Authority
    ) -> None:
        told = self.told(server, authority, security="none", greeting="^mail.example")
        assert told.startswith("down: It greets with")

    def test_an_authority_that_nobody_named_is_down(self, server: Controller) -> None:
        other = Authority()
        told = self.told(server, other, security="starttls")
        assert told.startswith("down: Its certificate is not good")

    def test_a_server_without_starttls_is_down(self, authority: Authority) -> None:
        server = Controller(Sink(), hostname="127.0.0.1", port=free_port())
        server.start()
        try:
            assert self.told(server, authority) == "down: It does not offer STARTTLS."
        finally:
            server.stop()

    def test_a_password_is_not_sent_without_tls(self) -> None:
        form = {"host": "127.0.0.1", "security": "none", "user": "probe", "password": "x"}
        with pytest.raises(Refused, match="over TLS only"):
            KINDS["smtp"].read(form)

    def test_a_server_that_says_nothing_was_not_reached(self) -> None:
        async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(30)

        with serving(deaf) as port:
            form = {"host": "127.0.0.1", "port": str(port), "security": "none"}
            verdict = ask("smtp", KINDS["smtp"].read(form)[0], within=0.4)
        assert not verdict.ok and verdict.unreached


class TestSteps:
    SCRIPT = """
POST {site}/login
Content-Type: application/json

{{"user": "probe", "password": "{{{{password}}}}"}}
> status 200
> take token = json $.token
> contains token
---
GET {site}/me
Authorization: Bearer {{{{token}}}}
> status 200
> json $.name = Probe
> take seat = pattern seat (\\d+)
---
GET {site}/seats/{{{{seat}}}}
"""

    @pytest.fixture(autouse=True)
    def answers(self, pages: Pages) -> None:
        pages.answers |= {
            "/login": (200, {"Set-Cookie": "sid=s1; Path=/"}, '{"token": "t-42"}'),
            "/me": (200, {}, '{"name": "Probe", "note": "seat 7"}'),
        }

    def test_what_one_step_takes_the_next_may_use(self, site: str, pages: Pages) -> None:
        form = {"script": self.SCRIPT.format(site=site), "secret_values": "password = hunter2"}
        asks, hidden = KINDS["steps"].read(form)
        verdict = ask("steps", asks, hidden)
        assert (verdict.ok, verdict.said) == (True, "3 steps")
        assert '"password": "hunter2"' in pages.asked[0]
        assert "Authorization: Bearer t-42" in pages.asked[1] and "Cookie: sid=s1" in pages.asked[1]
        assert pages.asked[2].startswith("GET /seats/7 ")

    def test_it_is_said_which_step_failed(self, site: str, pages: Pages) -> None:
        pages.answers["/me"] = (401, {}, "")
        form = {"script": self.SCRIPT.format(site=site), "secret_values": "password = x"}
        verdict = ask("steps", *KINDS["steps"].read(form))
        assert (verdict.ok, verdict.said) == (False, "Step 2: It answers 401.")

    @pytest.mark.parametrize(
        ("script", "words"),
        [
            ("", "at least one step"),
            ("FETCH https://a.example/", "begins with “FETCH”"),
            ("GET https://a.example/{{x}}", "which no step before it takes"),
            ("GET https://a.example/\n> twice", "can't be read"),
            ("GET https://a.example/\nno header", "is no header"),
            ("GET https://a.example/\n> json $[", "no JSON path"),
            ("GET https://a.example/\n> take a = pattern (", "can't be read"),
        ],
    )
    def test_a_script_that_is_unclear_is_refused_with_the_line(
        self, script: str, words: str
    ) -> None:
        with pytest.raises(Refused, match=words.replace("(", r"\(")):
            KINDS["steps"].read({"script": script})


@pytest.mark.parametrize(
    ("kind", "form", "words"),
    [
        ("http", {"url": "ftp://a.example/"}, "no web address"),
        ("http", {"url": "http://169.254.169.254/"}, "may not be asked"),
        ("http", {"url": "http://[fe80::1]/"}, "may not be asked"),
        ("http", {"url": "http://me:pass@a.example/"}, "user and password"),
        ("http", {"url": "http://a.example/", "statuses": "2xx"}, "no statuses"),
        ("http", {"url": "http://a.example/", "pattern": "("}, "can't be read"),
        ("http", {"url": "http://a.example/", "json": "status"}, "no JSON path"),
        ("http", {"url": "http://a.example/", "ca": "-----BEGIN"}, "certificate can't be read"),
        ("tcp", {"host": "a.example", "port": "0"}, "no port"),
        ("tcp", {"host": "a b", "port": "1"}, "no host"),
        ("dns", {"name_asked": ""}, "no name"),
        ("dns", {"name_asked": "a.example", "server": "ns.example"}, "no address of a name server"),
        ("icmp", {"host": "0.0.0.0"}, "may not be asked"),
        ("smtp", {"host": "a.example", "security": "maybe"}, "Choose how the line is secured"),
        ("imap", {"smtp_host": "a.example", "imap_host": "a.example", "sender": "me"}, "no mail"),
    ],
)
def test_a_form_that_can_not_be_used_says_what_to_change(
    kind: str, form: dict[str, str], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        KINDS[kind].read(form)


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("http", {"url": "https://a.example/x", "json": "$.a = 1\n$.b", "headers": "Accept: a/b"}),
        ("tcp", {"host": "a.example", "port": "22", "expect": "SSH"}),
        ("dns", {"name_asked": "a.example", "type": "MX", "expects": "a\nb"}),
        ("icmp", {"host": "a.example"}),
        ("smtp", {"host": "a.example", "security": "tls"}),
        (
            "imap",
            {
                "smtp_host": "a.example",
                "imap_host": "b.example",
                "sender": "a@a.example",
                "recipient": "b@b.example",
            },
        ),
        ("steps", {"script": "GET https://a.example/\n> contains x"}),
    ],
)
def test_a_form_filled_again_with_what_was_kept_means_the_same(
    kind: str, form: dict[str, str]
) -> None:
    asks, _ = KINDS[kind].read(form)
    assert KINDS[kind].read(KINDS[kind].shown(asks))[0] == asks
    assert KINDS[kind].target(asks)


@pytest.mark.parametrize(
    "to", ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1%lo", "0.0.0.0"]
)
def test_no_socket_is_made_for_an_address_of_the_link_whatever_its_name_was(to: str) -> None:
    family = socket.AF_INET6 if ":" in to else socket.AF_INET
    with pytest.raises(OSError, match="may not be asked"):
        _not_of_the_link((family, socket.SOCK_STREAM, 6, "", (to, 80)))
