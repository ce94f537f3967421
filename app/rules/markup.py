"""Articles as readers see them: Markdown made into safe HTML, and that HTML into plain text.

``render`` sanitises twice. The first pass decides what is let in; ``html_mending`` then puts
the structure right (headings without gaps, tables that scroll, no loose text); the second
pass has the last word, so a fault in the mending cannot let anything through.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

import nh3
from markdown_it import MarkdownIt

from app.rules import html_mending
from app.rules.html_tree import TAG, VOID, names, parse, write

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT_BLOCKS = html_mending.BLOCKS
"""The elements that stand on lines of their own: where one begins or ends, text has a line end."""

# The preset's own limit of 20 levels drops what lies deeper, words and all.
_LEVELS = 100
_MARKDOWN, _TEXT_ONLY = (
    MarkdownIt("commonmark", {"html": html, "maxNesting": _LEVELS}).enable(
        ["table", "strikethrough"]
    )
    for html in (True, False)
)

# XML's forbidden characters, lone surrogates and the C1 controls: no reader sees them, feeds
# and databases refuse them.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACE = re.compile(r"[ \t\n\r\f]+")

# The HTML parser takes quadratic time on nesting as deep as this; nobody writes it by hand.
_DEEPEST_RAW = 1000
# Tags that need no closing one say nothing about nesting.
_NESTING_TAG = re.compile(
    r"<(/?)(?!(?:area|br|col|dd|dt|hr|img|input|li|p|source|td|th|tr|wbr)\b)([a-z]\w*)", re.I
)

_TAGS = names(
    "p h1 h2 h3 h4 h5 h6 ul ol li blockquote a em strong code pre figure figcaption img table"
    " caption colgroup col thead tbody tfoot tr th td del ins sub sup br hr abbr dl dt dd cite"
    " q time small kbd samp var dfn b i tt s strike div section article aside header footer"
    " main center nav address details summary hgroup fieldset form legend"
)
_DROPPED_WITH_CONTENT = names(
    "script style iframe svg math object embed applet video audio canvas template noscript"
    " noembed noframes textarea select datalist button title"
)
_ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "col": {"span"},
    "colgroup": {"span"},
    "abbr": {"title"},
    "time": {"datetime"},
}
# No link opens a window, so none needs a rel to guard its opener.
_FIRST = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags=set(_DROPPED_WITH_CONTENT),
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
_LAST = nh3.Cleaner(
    tags=set(html_mending.BLOCKS | html_mending.INLINE | {"col", "colgroup", "br", "img"}),
    attributes={
        **_ATTRIBUTES,
        "img": _ATTRIBUTES["img"] | {"loading"},
        "pre": {"tabindex"},
        "section": {"class", "tabindex", "aria-label"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


@dataclass(frozen=True, slots=True)
class Block:
    """One top-level element of a body: its tag name, its HTML and its text as readers see it.

    A table stands in a box that scrolls; its block's kind is ``table`` all the same.
    """

    kind: str
    html: str
    text: str


def render(markdown: str, *, table_label: str = "Table") -> str:
    """Return a body as safe HTML: CommonMark with tables, strikethrough and inline HTML.

    Headings start at ``h2`` and skip no level, no element has an id, every picture has an
    ``alt``, every table scrolls in a region named ``table_label`` (numbered where there are
    several). Each top-level element stands on a line of its own.
    """
    source = _UNSEEN.sub("", markdown)
    html = _MARKDOWN.render(source)
    if is_too_deep(html):
        html = _TEXT_ONLY.render(source)
    body = html_mending.mend(parse(_UNSEEN.sub("", _FIRST.clean(html))), table_label)
    return _LAST.clean("".join(write(node) + "\n" for node in body))


def blocks(html: str) -> list[Block]:
    """Return the top-level elements of what ``render`` gave; joined, their HTML is all of it.

    The text is the text nodes in document order, in which ``br`` is a space, a picture is
    nothing, and a run of space, tab, line feed, carriage return and form feed is one space;
    a no-break space stays what it is, and ``pre`` is no exception. Where an element of
    ``TEXT_BLOCKS`` begins or ends there is one line end; no line is empty, none begins or
    ends with a space.
    """
    found = []
    for start, end in _top_level(html):
        piece = html[start:end]
        tags = [match[2] for match in TAG.finditer(piece)]
        kind = "table" if tags[:1] == ["section"] and "table" in tags else (tags or ["text"])[0]
        found.append(Block(kind, piece, text_of(piece)))
    return found


def text_of(html: str) -> str:
    """Return the text of what ``render`` gave, or of a part, by the rules of ``blocks``."""
    lines, line, at = [], [], 0
    for match in TAG.finditer(html):
        line.append(html[at : match.start()])
        at = match.end()
        if match[2] in TEXT_BLOCKS:
            lines.append("".join(line))
            line = []
        elif match[2] == "br":
            line.append(" ")
    lines.append("".join(line) + html[at:])
    shown = (_SPACE.sub(" ", unescape(each)).strip(" ") for each in lines)
    return "\n".join(each for each in shown if each)


def one_line(text: str) -> str:
    """Return plain text as a browser shows it on a line: no-break spaces stay, others collapse."""
    return _SPACE.sub(" ", text).strip(" ")


def inline_text(markdown: str) -> str:
    """Return one line of Markdown or HTML, such as a headline, as the plain text it stands for."""
    html = _MARKDOWN.renderInline(_UNSEEN.sub("", markdown))
    plain = nh3.clean(html, tags={"br"}, clean_content_tags=set(_DROPPED_WITH_CONTENT))
    return text_of(_UNSEEN.sub("", plain))


def without_unseen(text: str) -> str:
    """Return text without the characters that no reader sees and that XML forbids."""
    return _UNSEEN.sub("", text)


def is_too_deep(html: str) -> bool:
    """Say whether elements nest deeper than anybody writes, and than can be read in good time."""
    return _nesting(html) > _DEEPEST_RAW


def _top_level(html: str) -> Iterator[tuple[int, int]]:
    """Yield where each top-level element begins and where the next one does."""
    depth, start = 0, 0
    for match in TAG.finditer(html):
        if depth == 0 and not match[1] and html[start : match.start()].strip():
            yield start, match.start()
            start = match.start()
        if match[2] not in VOID:
            depth += -1 if match[1] else 1
    if html[start:].strip():
        yield start, len(html)


def _nesting(html: str) -> int:
    """Return about how deep the elements of raw HTML nest; never much too little."""
    is_open: Counter[str] = Counter()
    depth = deepest = 0
    for closing, tag in _NESTING_TAG.findall(html):
        if not closing:
            is_open[tag.lower()] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif is_open[tag.lower()]:
            is_open[tag.lower()] -= 1
            depth -= 1
    return deepest
