"""What the team writes, in Markdown, as HTML and as plain words. The one renderer of messages.

Only what was written in the desk's own editor is Markdown (`Message.markdown`): words of customers, of mails
and of programs are shown as they are, since a star or a number sign means there what it looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from deskbell.look.words import to_html
from deskbell.tickets.models import Message

Picture = Callable[[str], str]  # from a Content-ID to where the picture is; empty: it isn't shown
CAME_ALONG = "cid:"
HEADING = "h4"  # beneath those of every page that shows a message
TAGS = set(
    "a blockquote br code em h4 hr img li ol p pre s strong table tbody td th thead tr ul".split()
)
ATTRIBUTES = {"a": {"href", "title", "target"}, "img": {"alt", "src"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel", "cid"}


def shown(message: Message, pictures: str = "") -> Markup:
    """The words as a page shows them; pictures that came along lie at `pictures` and their key."""
    if not message.markdown:
        return to_html(message.text)
    files = message.attachments.all() if pictures else ()
    places = {each.content_id: f"{pictures}{each.pk}" for each in files if each.picture}
    return Markup('<div class="drawn">{}</div>').format(
        html_of(message.text, lambda named: places.get(named, ""))
    )


def plain(message: Message) -> str:
    """The words without marks, for what shows text alone."""
    return plain_of(message.text) if message.markdown else message.text


def html_of(text: str, picture: Picture = lambda named: "") -> Markup:
    """Markdown as harmless HTML; lines stay lines, and addresses of pages become links."""
    env: dict[str, object] = {"picture": picture}
    tokens = _parser().parse(text, env)
    html = _parser().renderer.render(tokens, _parser().options, env)
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean.strip())  # noqa: S704 - sanitised just above


def plain_of(text: str) -> str:
    """Markdown as words alone: lists keep their signs, a link says where it leads."""
    lines: list[str] = []
    lead: list[str] = []  # what stands before each line, from the outer to the inner
    for token in _parser().parse(text, {}):
        match token.type:
            case "inline":
                lines += _led(_words(token.children or []), lead)
            case "fence":
                lines += [*_led(token.content.rstrip("\n"), lead), ""]
            case "hr":
                lines += ["---", ""]
            case "blockquote_open":
                lead.append("> ")
            case "list_item_open":
                lead.append(f"{token.info}. " if token.info else "- ")
            case "blockquote_close" | "list_item_close":
                lead.pop()
            case "tr_close" | "paragraph_close" | "heading_close" if not token.hidden:
                lines.append("")
            case "bullet_list_close" | "ordered_list_close" if not lead:
                lines.append("")
    kept = [line for at, line in enumerate(lines) if line.strip() or (at and lines[at - 1].strip())]
    return "\n".join(kept).strip()


def _led(words: str, lead: list[str]) -> list[str]:
    """The lines with what stands before them; a list's sign stands at the first line alone."""
    found = []
    for line in words.split("\n"):
        found.append(f"{''.join(lead)}{line}".rstrip())
        lead[:] = [each if each == "> " else " " * len(each) for each in lead]
    return found


def _words(children: Sequence[Token]) -> str:
    said, leads_to = [], ("", 0)
    for token in children:
        match token.type:
            case "text" | "code_inline":
                said.append(token.content)
            case "softbreak" | "hardbreak":
                said.append("\n")
            case "image":
                said.append(f"[{token.content}]")
            case "link_open":
                leads_to = (str(token.attrGet("href") or ""), len(said))
            case "link_close" if leads_to[0] != "".join(said[leads_to[1] :]):
                said.append(f" ({leads_to[0]})")
    return "".join(said)


@cache
def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "breaks": True})
    made.enable(["table", "strikethrough"]).disable(["code", "lheading"])
    for name, rule in RULES.items():
        made.add_render_rule(name, rule)
    return made


def _text(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """Escaped; an address that stands by itself becomes a link, unless it stands in one."""
    before = [each.type for each in tokens[:at]]
    if before.count("link_open") > before.count("link_close"):
        return str(Markup.escape(tokens[at].content))
    return str(to_html(tokens[at].content))


def _link_open(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    tokens[at].attrSet("target", "_blank")
    return self.renderToken(tokens, at, options, env)


def _heading(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    tokens[at].tag = HEADING
    return self.renderToken(tokens, at, options, env)


def _image(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """A picture that came along, in its place; one from elsewhere would tell its keeper who reads."""
    token = tokens[at]
    source = str(token.attrGet("src") or "")
    where = env["picture"](source.removeprefix(CAME_ALONG)) if source.startswith(CAME_ALONG) else ""
    if not where:
        return str(Markup("[{}]").format(token.content))
    return str(Markup('<img src="{}" alt="{}">').format(where, token.content))


RULES = {
    "text": _text,
    "link_open": _link_open,
    "heading_open": _heading,
    "heading_close": _heading,
    "image": _image,
}
