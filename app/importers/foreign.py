"""Takes out of a text what only worked on the site it came from: its pictures, links, scripts."""

from __future__ import annotations

import re

from app.importers.working_text import CUT, WorkingText
from app.rules.html_tree import names

_INVISIBLE = re.compile(r"<!--.*?-->", re.S)
_PROGRAMS = sorted(
    names(
        "script style iframe svg math object embed applet video audio canvas template noscript"
        " form button select textarea"
    )
)
_PROGRAM = {
    name: re.compile(rf"<{name}\b[^>]*+>.*?</{name}\b[^>]*+>", re.I | re.S) for name in _PROGRAMS
}
_UNPAIRED = re.compile(rf"</?({'|'.join(_PROGRAMS)})\b[^<>]*+>|<!--", re.I)
_WRAPPER = re.compile(
    r"</?(?:div|span|center|section|article|aside|header|footer|main|nav|font|picture|source"
    r"|link|meta|input|label)\b[^<>]*+>",
    re.I,
)
_OPENING = re.compile(r"<([a-z][a-z0-9]*)(\s[^<>]*+)>", re.I)
_ATTRIBUTE = re.compile(r"""([a-z][\w:-]*+)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++))?""", re.I)
_KEPT_ATTRIBUTES = names(
    "href src alt width height title scope colspan rowspan span start reversed value datetime"
    " lang dir"
)
_ATTRIBUTE_LIST = re.compile(
    r"(?:^[*+-] [^\n]*\n)?\{:toc\}|\{::?(?!\{)[^{}\n]*+\}"
    r"|(?<![\w$])\{(?:\s*+[.#][A-Za-z_][\w-]*+(?:=\"[^\"\n]*+\")?)++\s*+\}",
    re.M,
)

_TEXT = r"((?:[^\[\]\\]|\\.|\[[^\[\]]*+\]){0,3000}+)"
_TO = (
    r"\(\s*+(<[^<>\n]*+>|(?:[^\s()<>]|\([^\s()]*+\))*+)"
    r"""(?:\s++(?:"[^"]*+"|'[^']*+'))?\s*+\)"""
)
_PICTURE = re.compile(rf"(?<!\\)!\[{_TEXT}\]{_TO}", re.S)
_LINK = re.compile(rf"(?<![!\\])\[{_TEXT}\]{_TO}", re.S)
_DEFINITION = re.compile(
    r"^ {0,3}\[([^\[\]\n^][^\[\]\n]*+)\]:[ \t]*+\n?[ \t]*+(\S++)[^\n]*+$", re.M
)
_BY_LABEL = re.compile(rf"(?<!\\)(!?)\[{_TEXT}\](?:\[([^\[\]\n]*+)\]|(?![\[(:]))", re.S)
_EMPTY_LINK = re.compile(rf"(?<![!\\])\[[\s{CUT}]*+\]\([^()\n]*+\)")
_EMPTY_FIGURE = re.compile(rf"<figure>[\s{CUT}]*+</figure>", re.I)
_HTML_PICTURE = re.compile(r"<img\b[^<>]*+>", re.I)
_HTML_LINK = re.compile(r"<a\b([^<>]*+)>(.{0,5000}?)</a\s*+>", re.I | re.S)

_FOOTNOTE = re.compile(r"\[\^([\w-]{1,40})\](:?)", re.A)

_LINK_NOTE = "A link within the site this came from became plain text."
_PICTURE_NOTE = "A picture on the site this came from was left out."


def drop_programs(working: WorkingText) -> None:
    """Drop scripts, styles, frames and their like, with what is in them, and name them."""
    working.replace(_INVISIBLE, lambda match: CUT, until="-->")

    def put(match: re.Match[str]) -> str:
        name = re.match(r"</?(\w*)", match[0])
        if name and name[1]:
            working.note(f"The element <{name[1].lower()}> was left out.", match)
        return CUT

    for name, pattern in _PROGRAM.items():
        working.replace(pattern, put, until=f"</{name}")
    working.replace(_UNPAIRED, put)


def drop_dressing(working: WorkingText) -> None:
    """Drop what only dresses the text: wrapping elements, classes, kramdown's attribute lists."""
    working.replace(_ATTRIBUTE_LIST, lambda match: CUT)
    working.replace(_WRAPPER, lambda match: CUT)
    working.replace(_OPENING, lambda match: f"<{match[1]}{_kept(match[2])}>")


def drop_foreign_pictures(working: WorkingText) -> None:
    """Drop pictures whose address is no absolute one: they stayed behind on the other site."""

    def put(match: re.Match[str]) -> str:
        if _leads_anywhere(match[2]):
            return match[0]
        working.note(_PICTURE_NOTE, match)
        return CUT

    working.replace(_PICTURE, put)
    _drop_html_pictures(working)
    working.replace(_EMPTY_LINK, lambda match: CUT)
    working.replace(_EMPTY_FIGURE, lambda match: CUT)


def unwrap_foreign_links(working: WorkingText) -> None:
    """Keep the words of links that lead nowhere from here, without the link."""

    def put(match: re.Match[str]) -> str:
        if _leads_anywhere(match[2]):
            return match[0]
        working.note(_LINK_NOTE, match)
        return match[1]

    working.replace(_LINK, put)
    _unwrap_html_links(working)


def drop_foreign_html(working: WorkingText) -> None:
    """Drop such pictures and links of a text that is HTML alone, in which brackets are brackets."""
    _drop_html_pictures(working)
    _unwrap_html_links(working)
    working.replace(_EMPTY_FIGURE, lambda match: CUT)


def _drop_html_pictures(working: WorkingText) -> None:
    def put(match: re.Match[str]) -> str:
        if _leads_anywhere(_attribute(match[0], "src")):
            return match[0]
        working.note(_PICTURE_NOTE, match)
        return CUT

    working.replace(_HTML_PICTURE, put)


def _unwrap_html_links(working: WorkingText) -> None:
    def put(match: re.Match[str]) -> str:
        address = _attribute(match[1], "href")
        words = match[2] if match[2].strip(f"{CUT} \n\t") else CUT
        if _leads_anywhere(address):
            return match[0] if words != CUT else CUT
        if address:
            working.note(_LINK_NOTE, match)
        return words

    working.replace(_HTML_LINK, put)


def resolve_foreign_labels(working: WorkingText) -> None:
    """Drop link definitions that lead nowhere from here, and the links that use them."""
    dead: set[str] = set()

    def put_definition(match: re.Match[str]) -> str:
        if _leads_anywhere(match[2]):
            return match[0]
        dead.add(_label(match[1]))
        return CUT

    def put(match: re.Match[str]) -> str:
        if _label(match[3] or match[2]) not in dead:
            return match[0]
        working.note(_PICTURE_NOTE if match[1] else _LINK_NOTE, match)
        return CUT if match[1] else match[2]

    working.replace(_DEFINITION, put_definition)
    if dead:
        working.replace(_BY_LABEL, put)


def plain_footnotes(working: WorkingText) -> None:
    """Turn footnotes, which CommonMark has not, into raised numbers and paragraphs."""
    working.replace(_FOOTNOTE, lambda match: f"<sup>{match[1]}</sup>" + (" " if match[2] else ""))


def _leads_anywhere(address: str) -> bool:
    """Whether an address is complete: with its host, and nothing of a template in it."""
    address = address.strip("<> \t\n").lower()
    return CUT not in address and address.startswith(("https://", "http://", "//", "mailto:"))


def _attribute(tag: str, name: str) -> str:
    found = {match[1].lower(): match[2] or "" for match in _ATTRIBUTE.finditer(tag)}
    return found.get(name, "").strip("\"'")


def _kept(attributes: str) -> str:
    kept = [
        match[0]
        for match in _ATTRIBUTE.finditer(attributes)
        if match[1].lower() in _KEPT_ATTRIBUTES
    ]
    slash = "/" if attributes.rstrip().endswith("/") else ""
    return "".join(f" {each}" for each in kept) + slash


def _label(text: str) -> str:
    return " ".join(text.casefold().split())
