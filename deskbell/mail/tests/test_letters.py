"""Templates that people edit: a preview on real data, refusals that name the mistake, versions, branding."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from deskbell.lib.errors import Refused
from deskbell.mail import letters
from deskbell.mail.branding import brand_for, save_branding
from deskbell.mail.colors import LEGIBLE, NIGHT, PAPER, contrast, legible
from deskbell.mail.letters import Source
from deskbell.mail.models import RawMail, SupportAddress, Wording
from deskbell.mail.tests.conftest import Letter, plain
from deskbell.people.models import Person
from deskbell.tickets.models import Ticket
from deskbell.tickets.replying import hear, reply
from deskbell.tickets.words import Words
from tests.town import Town

Arrive = Callable[..., RawMail]
Sent = Callable[[], list[EmailMessage]]
GOOD = Source("{{ words }}\n\nYours, {{ agent }}\n", "{{ words }}<p>Yours, {{ agent }}</p>")


@pytest.fixture
def ticket(town: Town, letter: Letter, arrive: Arrive) -> Ticket:
    arrive(letter("All <b>Chromebooks</b> are dark"))
    return Ticket.objects.get()


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def browser_of(person: Person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.mark.parametrize("kind", list(letters.VARIABLES))
def test_the_templates_that_the_desk_brings_along_pass_their_own_check(kind: str) -> None:
    letters.check(kind, letters.the_desks_own(kind))


def test_a_template_holds_from_its_next_mail_on(town: Town, ticket: Ticket, sent: Sent) -> None:
    letters.write("reply", GOOD, by=town.ada)
    reply(ticket, Words("Press <Power>\nhttps://help.example/x?a=1&b=2"), by=town.ana)
    mail = sent()[-1]

    assert plain(mail) == "Press <Power>\nhttps://help.example/x?a=1&b=2\n\nYours, Ana\n"
    assert '<a href="https://help.example/x?a=1&amp;b=2"' in html_of(mail)
    assert "Press &lt;Power&gt;<br>" in html_of(mail) and "<p>Yours, Ana</p>" in html_of(mail)


def test_an_addresss_own_template_goes_before_the_desks(town: Town) -> None:
    address = SupportAddress.objects.create(address="billing@desk.example")
    letters.write("reply", GOOD, by=town.ada)
    own = Source("{{ words }} (billing)", "{{ words }}")
    letters.write("reply", own, by=town.ada, address=address)
    assert letters.current("reply", address) == own
    assert letters.current("reply", None) == GOOD

    letters.go_back("reply", by=town.ada, address=address)
    assert letters.current("reply", address) == GOOD
    letters.go_back("reply", by=town.ada)
    assert letters.current("reply", address) == letters.the_desks_own("reply")
    assert Wording.objects.count() == 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ words }} {{ custmer }}", r"names “custmer” in line 1, which does not exist.*agent"),
        ("{{ words }}\n{% if name %}", "has a mistake in line 2"),
        ("{{ words }} {{ name.__class__ }}", "“.__class__”"),
        ("{{ words }} {{ name['x'] }}", "square brackets"),
        ("{{ words }} {{ name() }}", "a call"),
        ("{{ words }}{% for x in words %}{{ x }}{% endfor %}", "a loop|names “x”"),
        ("{{ words }} {{ 'a' * 999999999 }}", "mul"),
        ("{{ words }} {{ words | attr('x') }}", "filter “attr”|No filter"),
        ("{{ words }} {% include 'mail/_letter.html' %}", "include"),
        ("{{ words }} {% set x = 1 %}", "assign|names “x”"),
        ("x" * 20_001, "longer than 20,000"),
        ("", "is empty"),
        ("Hello {{ name }}", "does not say {{ words }}"),
        ("{% if not words %}{{ words }}{% endif %}", "does not say {{ words }}"),
    ],
)
def test_a_template_with_a_mistake_is_refused_by_name(town: Town, text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        letters.write("reply", Source(text, GOOD.html), by=town.ada)
    with pytest.raises(Refused, match=words):
        letters.write("reply", Source(GOOD.text, text), by=town.ada)
    assert not Wording.objects.exists()


def test_a_stored_template_that_an_upgrade_broke_keeps_no_reply_from_leaving(
    town: Town, ticket: Ticket, sent: Sent
) -> None:
    Wording.objects.create(kind="reply", text="{{ gone }}", html="{{ gone }}")
    reply(ticket, Words("Still here"), by=town.ana)
    assert "Still here" in plain(sent()[-1])


def test_the_preview_shows_a_tickets_real_words_and_refuses_kindly(
    town: Town, ticket: Ticket
) -> None:
    reply(ticket, Words("Hold the power button"), by=town.ana)
    browser = browser_of(town.ada.person)
    form = {"text": GOOD.text, "html": GOOD.html, "ticket": str(ticket.number), "form": "html"}
    answer = browser.post("/mail/letters/reply/preview", form)
    html = answer.content.decode()
    assert "Hold the power button" in html and "Yours, Ana" in html
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"

    text = browser.post("/mail/letters/reply/preview", {**form, "form": "text"}).content.decode()
    assert "Yours, Ana" in text and "<pre" in text
    wrong = browser.post("/mail/letters/reply/preview", {**form, "html": "{{ wrods }}"})
    assert wrong.status_code == 200 and "names “wrods”" in wrong.content.decode()


def test_a_version_is_saved_listed_looked_at_and_saved_again(town: Town) -> None:
    browser = browser_of(town.ada.person)
    lines = GOOD.text.replace("\n", "\r\n")
    browser.post("/mail/letters/reply", {"text": lines, "html": GOOD.html})
    assert letters.current("reply", None) == GOOD
    browser.post("/mail/letters/reply", {"default": "yes"})
    page = browser.get("/mail/letters/reply").content.decode()
    assert "Back to the default" in page and "Ada" in page

    first = Wording.objects.earliest("id")
    shown = browser.get(f"/mail/letters/reply/versions/{first.pk}").content.decode()
    assert "Yours, {{ agent }}" in shown and "Save it to make it hold again" in shown


def test_what_was_said_before_is_quoted_lightly(town: Town, ticket: Ticket, sent: Sent) -> None:
    for n in range(5):
        hear(ticket, Words(f"message {n} " + "x" * 5000), author=town.tess)
    reply(ticket, Words("Hello"), by=town.ana)
    mail = sent()[-1]

    assert "Tess Turner wrote:\n> message 4" in plain(mail)
    assert "> message 2" in plain(mail) and "message 1" not in plain(mail)
    assert len(plain(mail)) < 6000 and "tess@" not in plain(mail)
    assert '<blockquote type="cite" class="gmail_quote said">' in html_of(mail)


def test_a_quotation_escapes_what_it_quotes(town: Town, ticket: Ticket, sent: Sent) -> None:
    reply(ticket, Words("Hello"), by=town.ana)
    assert "All &lt;b&gt;Chromebooks&lt;/b&gt; are dark" in html_of(sent()[-1])


def test_a_districts_branding_is_on_its_mails_and_the_desks_on_all_others(
    town: Town, ticket: Ticket, sent: Sent
) -> None:
    save_branding(None, name="Cloud Desk", color="#123456", logo=png(80, 40))
    save_branding(town.north_valley, name="North <Valley>", color="", logo=png(300, 100))
    reply(ticket, Words("Hello"), by=town.ana)
    mail = sent()[-1]

    assert "North &lt;Valley&gt;" in html_of(mail) and "#123456" in html_of(mail)
    assert 'src="cid:logo"' in html_of(mail) and 'width="120" height="40"' in html_of(mail)
    (logo,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert logo["Content-ID"] == "<logo>" and logo.get_content_disposition() == "inline"
    assert logo.get_payload(decode=True) == png(300, 100)
    assert not list(mail.iter_attachments())
    assert brand_for(town.south_ridge).name == "Cloud Desk"


@pytest.mark.parametrize(
    "color", ["#ffff00", "#000000", "#ffffff", "#ff0000", "#1a5fb4", "#808080"]
)
def test_a_link_is_legible_in_any_color_by_day_and_by_night(color: str) -> None:
    assert contrast(legible(color, PAPER), PAPER) >= LEGIBLE
    assert contrast(legible(color, NIGHT), NIGHT) >= LEGIBLE


@pytest.mark.parametrize(
    ("logo", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG and no JPEG"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "no PNG and no JPEG"),
        (b"\xff\xd8\xff\xe0" + b"\xff" * 50, "no PNG and no JPEG"),
        (b"\x89PNG" + b"\0" * 300_000, "larger than 200 KB"),
    ],
)
def test_a_logo_is_known_by_its_content(town: Town, logo: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        save_branding(None, name="", color="", logo=logo)


def test_a_logo_of_too_many_pixels_and_a_color_that_is_none_are_refused(town: Town) -> None:
    with pytest.raises(Refused, match="2000 pixels"):
        save_branding(None, name="", color="", logo=png(2001, 1))
    with pytest.raises(Refused, match="is no color"):
        save_branding(None, name="", color="red; background: url(x)", logo=None)


def test_an_administrator_uploads_a_logo_and_takes_it_away(town: Town) -> None:
    browser = browser_of(town.ada.person)
    file = SimpleUploadedFile("logo.png", png(80, 40), "image/png")
    form = {"name": "Desk", "own-color": "yes", "color": "#1a5fb4"}
    browser.post(f"/mail/look?district={town.north_valley.pk}", {**form, "logo": file})
    brand = brand_for(town.north_valley)
    assert (brand.color, brand.logo_type) == ("#1a5fb4", "image/png")
    shown = browser.get(f"/mail/logos/{brand.logo}")
    assert shown.content == png(80, 40) and shown["Content-Type"] == "image/png"

    browser.post(f"/mail/look?district={town.north_valley.pk}", {**form, "no-logo": "yes"})
    assert brand_for(town.north_valley).logo == ""


def png(width: int, height: int) -> bytes:
    """A real picture of one gray."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\0" + b"\x80" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "text",
    [
        "{% if number %}" * 120 + "x" + "{% endif %}" * 120,
        "{{ " + "(" * 3000 + "number" + ")" * 3000 + " }}",
        "{{ number" + "|upper" * 2500 + " }}",
    ],
)
def test_a_template_nested_too_deeply_for_python_is_refused_before_a_mail_needs_it(
    town: Town, text: str
) -> None:
    with pytest.raises(Refused, match="nested too deeply"):
        letters.write(Wording.Kind.RECEIPT, Source(text, text), by=town.ana)
