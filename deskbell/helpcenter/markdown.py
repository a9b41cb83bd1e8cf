"""Articles from Markdown: CommonMark with tables, callouts, numbered steps and pictures; no HTML of writers.

A callout is a quotation whose first line names its kind, as GitHub has it:

    > [!TIP]
    > Hold the power button for ten seconds.

Quotations that begin with `[!TAB] Chromebook` are the ways of one choice: tabs where there is script, and one
below the other on paper. A link to a video that stands alone plays on the page (`videos.py`).

What comes out is sanitised once more: a mistake of the parser must not become a program on a page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape, unescape

import nh3
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from deskbell.helpcenter.videos import PLAYERS, player_of
from deskbell.lib.errors import Refused
from deskbell.lib.text import plain

LONGEST_BODY = 60_000
PICTURES = "/help/images/"
SIGN = re.compile(r"^\[!(NOTE|TIP|IMPORTANT|WARNING)\][ \t]*(?:\n|$)")
TAB = re.compile(r"^\[!TAB\][ \t]+(\S[^\n]*)(?:\n|$)")
CALLOUTS = {
    "en": {"note": "Note", "tip": "Tip", "important": "Important", "warning": "Be careful"},
    "es": {"note": "Nota", "tip": "Consejo", "important": "Importante", "warning": "Cuidado"},
}
TAGS = set(
    "a blockquote br code div em h2 h3 h4 hr img li ol p pre s strong table tbody td th thead tr ul".split()
)
ATTRIBUTES = {
    "a": {"href", "title", "class", "data-plays"},
    "code": {"class"},
    "div": {"class", "role", "tabindex"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "img": {"src", "alt", "title", "width", "height", "loading", "decoding"},
    "ol": {"start", "class"},
    "p": {"class"},
    "td": {"class"},
    "th": {"class"},
}
CLASSES = {
    "steps",
    "scroll",
    "choices",
    "choice",
    "choice-name",
    "video",
    "callout",
    "kind",
    "left",
    "right",
    "center",
    *CALLOUTS["en"],
}
ALIGNED = re.compile(r'(?<=<t[dh] )style="text-align:(left|right|center)"')
Sizes = Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Rendered:
    """An article as readers get it: harmless HTML, its headings, its plain words, and what it shows."""

    html: str
    contents: list[dict[str, object]]  # {"id", "title", "level"}
    words: str
    pictures: list[str]  # the digests of those that are the desk's own
    without_alt: list[str] = field(default_factory=list)  # sources of pictures that say nothing
    strange: list[str] = field(default_factory=list)  # sources of pictures that lie elsewhere


def render(body: str, language: str = "en", sizes: Sizes | None = None) -> Rendered:
    """The article. `sizes` are width and height of pictures by digest: nothing jumps when they come."""
    env: dict[str, object] = {"language": language, "sizes": sizes or {}, "contents": []}
    tokens = _parser().parse(body, env)
    _mark_quotations(tokens, env)
    _mark_videos(tokens)
    _mark_headings(tokens, env)
    pictures = [each for token in tokens for each in _pictures(token)]
    sources = [str(each.attrGet("src") or "") for each in pictures]
    html = _parser().renderer.render(tokens, _parser().options, env)
    contents = env["contents"]
    assert isinstance(contents, list)
    return Rendered(
        html=_harmless(html),
        contents=contents,
        words=words_of(html),
        pictures=[found for each in sources if (found := digest_in(each))],
        without_alt=[
            source
            for source, each in zip(sources, pictures, strict=True)
            if not each.content.strip()
        ],
        strange=[each for each in sources if not digest_in(each)],
    )


def checked(body: str) -> str:
    """The text as it may be saved. Refused if it is too long."""
    text = plain(body).strip()
    if len(text) > LONGEST_BODY:
        raise Refused(
            f"The article has {len(text):,} characters; {LONGEST_BODY:,} fit. Make two of it."
        )
    return text + "\n" if text else ""


def refuse_pictures(made: Rendered) -> None:
    """What readers get shows only pictures that say in words what they show, and that the desk keeps."""
    if made.without_alt:
        raise Refused(
            "A picture has no words for those who can’t see it. Write them between its square brackets: "
            "![The sign-in page with the district’s logo](…)."
        )
    if made.strange:
        raise Refused(
            f"The picture {made.strange[0][:80]} lies elsewhere. Paste or add it here, so that it stays."
        )


def digest_in(source: str) -> str:
    """The digest of a picture of the desk's own, by its address; "" for all others."""
    found = re.fullmatch(re.escape(PICTURES) + r"([0-9a-f]{64})\.(?:png|jpg)", source)
    return found[1] if found else ""


def words_of(html: str) -> str:
    """What a person reads, a line for each block."""
    text = re.sub(r"</(?:p|li|h\d|tr|pre|blockquote)>|<br ?/?>", "\n", html)
    text = re.sub(r"</?(?:a|code|em|s|strong)\b[^>]*>", "", text)
    text = unescape(re.sub(r"<[^>]*>", " ", text))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


@cache
def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "typographer": False})
    made.enable(["table", "strikethrough"])
    for name, rule in RULES.items():
        made.add_render_rule(name, rule)
    return made


def _mark_quotations(tokens: list[Token], env: dict[str, object]) -> None:
    """A quotation that begins with `[!TIP]` becomes a callout, one with `[!TAB] name` a way of a choice."""
    for at, token in enumerate(tokens):
        if token.type != "blockquote_open" or at + 2 >= len(tokens):
            continue
        first = tokens[at + 2]
        if first.type != "inline":
            continue
        sign = SIGN.match(first.content) or TAB.match(first.content)
        if sign is None:
            continue
        if sign.re is TAB:
            before = tokens[at - 1].meta if at else {}
            token.meta = {"tab": sign[1].strip(), "begins": not before.pop("ends", False)}
        else:
            token.meta = {"kind": sign[1].lower()}
        first.content = first.content[sign.end() :]
        first.children = _parser().parseInline(first.content, env)[0].children
        end = next(
            each
            for each in tokens[at:]
            if each.type == "blockquote_close" and each.level == token.level
        )
        end.meta = {**token.meta, "ends": "tab" in token.meta}
        if not first.content:
            tokens[at + 1].hidden = tokens[at + 3].hidden = True


def _mark_videos(tokens: Sequence[Token]) -> None:
    """A link to a video that is all of its paragraph knows where it plays."""
    for token in tokens:
        parts = token.children or []
        alone = parts and parts[0].type == "link_open" and parts[-1].type == "link_close"
        if token.type != "inline" or not alone or sum(e.type == "link_open" for e in parts) > 1:
            continue
        if player := player_of(str(parts[0].attrGet("href"))):
            parts[0].attrSet("class", "video")
            parts[0].attrSet("data-plays", player)


def _mark_headings(tokens: Sequence[Token], env: dict[str, object]) -> None:
    """The page has the only h1: an article begins with h2. Each has an id of its own."""
    contents: list[dict[str, object]] = []
    taken: set[str] = set()
    for at, token in enumerate(tokens):
        if token.type not in {"heading_open", "heading_close"}:
            continue
        level = min(4, max(2, int(token.tag[1]) + (1 if token.tag == "h1" else 0)))
        token.tag = f"h{level}"
        if token.type == "heading_open":
            title = _text(tokens[at + 1])
            slug = base = slugify(title)[:60] or "part"
            count = 1
            while slug in taken:
                count += 1
                slug = f"{base}-{count}"
            taken.add(slug)
            token.attrSet("id", slug)
            if level < 4:
                contents.append({"id": slug, "title": title, "level": level})
    env["contents"] = contents


def _text(token: Token) -> str:
    return "".join(
        each.content for each in token.children or [] if each.type in {"text", "code_inline"}
    )


def _pictures(token: Token) -> list[Token]:
    return [each for each in token.children or [] if each.type == "image"]


def _open_quotation(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    meta = tokens[at].meta
    if "tab" in meta:
        lead = '<div class="choices">\n' if meta["begins"] else ""
        return f'{lead}<div class="choice">\n<p class="choice-name">{escape(meta["tab"])}</p>\n'
    kind = meta.get("kind")
    if not kind:
        return "<blockquote>\n"
    word = CALLOUTS[str(env["language"])][kind]
    return f'<div class="callout {kind}" role="note">\n<p class="kind">{word}</p>\n'


def _close_quotation(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    meta = tokens[at].meta
    if meta.get("ends"):
        return "</div>\n</div>\n"
    return "</div>\n" if meta else "</blockquote>\n"


def _open_list(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """A numbered list of its own is steps; one within another stays small."""
    if tokens[at].level == 0:
        tokens[at].attrSet("class", "steps")
    return self.renderToken(tokens, at, options, env)


def _open_table(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return '<div class="scroll" role="group" tabindex="0"><table>\n'


def _close_table(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return "</table></div>\n"


def _image(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """With its size, so that nothing jumps, and loaded when it comes into sight."""
    token = tokens[at]
    token.attrSet("alt", self.renderInlineAsText(token.children, options, env))
    size = env["sizes"].get(digest_in(str(token.attrGet("src") or "")))
    if size:
        token.attrSet("width", str(size[0]))
        token.attrSet("height", str(size[1]))
    token.attrSet("loading", "lazy")
    token.attrSet("decoding", "async")
    return self.renderToken(tokens, at, options, env)


RULES = {
    "blockquote_open": _open_quotation,
    "blockquote_close": _close_quotation,
    "ordered_list_open": _open_list,
    "table_open": _open_table,
    "table_close": _close_table,
    "image": _image,
}


def _harmless(html: str) -> str:
    return nh3.clean(
        ALIGNED.sub(r'class="\1"', html),  # the pages' policy allows no styles in attributes
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        return " ".join(each for each in value.split() if each in CLASSES) or None
    if attribute == "data-plays":
        return value if PLAYERS.fullmatch(value) else None
    return value
