"""WordPress's shortcodes, ``[gallery ids="1,2"]``: what they stand for, or nothing and a remark."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape, unescape
from typing import TYPE_CHECKING, NamedTuple

from app.importers.working_text import CUT

if TYPE_CHECKING:
    from app.importers.working_text import WorkingText


class Picture(NamedTuple):
    """A picture of a WordPress library, by its address; the caption is HTML."""

    address: str
    alt: str = ""
    caption: str = ""


Gallery = Callable[[Sequence[str]], Sequence[Picture]]
"""Returns the pictures with the given numbers; without numbers, those of the post itself."""

_ATTRIBUTE = re.compile(r"""([\w-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'\]]++))""")
_ADDRESS = re.compile(r"https?://[^\s\"'<>\[\]]++", re.I)

_ESCAPED = re.compile(r"\[(\[/?[a-z][\w-]*+[^\[\]]{0,500}\])\]", re.I)
_CODE = re.compile(
    r"\[(code|sourcecode|source)\b[^\[\]]*+\]((?:(?!\[\1\b).)*?)\[/\1\]", re.I | re.S
)
_CAPTION = re.compile(
    r"\[(caption|wp_caption)\b((?:[^\[\]\"]|\"[^\"]{0,2000}+\")*+)\]((?:(?!\[\1\b).)*?)\[/\1\]",
    re.I | re.S,
)
_PICTURE = re.compile(
    r"\s*+((?:<a\b[^<>]*+>\s*+)?<img\b[^<>]*+>(?:\s*+</a\s*+>)?)(.*)", re.I | re.S
)
_GALLERY = re.compile(r"\[(?:gallery|slideshow)\b((?:[^\[\]\"]|\"[^\"]{0,2000}+\")*+)\]", re.I)
_PLAYER = re.compile(
    r"\[(embed|audio|video|wpvideo|videopress|youtube|vimeo|soundcloud|dailymotion|ted|twitter|tweet"
    r"|instagram|facebook|playlist|slideshare|googlemaps|googlevideo)\b((?:[^\[\]\"]|\"[^\"]{0,2000}+\")*+)\]"
    r"(?:((?:(?!\[/?\1\b).){0,5000}?)\[/\1\])?",
    re.I | re.S,
)
_NAME = r"([a-z][a-z0-9_-]{1,40})"
_CLOSING = re.compile(rf"\[/{_NAME}\s*+\]", re.I)
_WITH_ATTRIBUTES = re.compile(
    rf"\[{_NAME}(?:\s++[\w-]++\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'\[\]]++))++\s*+/?\]", re.I
)
_SELF_CLOSING = re.compile(rf"\[{_NAME}\s*+/\]", re.I)


def drop_shortcodes(working: WorkingText, gallery: Gallery) -> None:
    """Put what each shortcode stands for in its place: figures, links, code, or what it encloses.

    What stands in square brackets and is plainly no shortcode, such as “[sic]”, stays.
    """
    working.replace(_ESCAPED, lambda match: working.set_aside(match[1]), until="]")
    working.replace(_CODE, lambda match: working.set_aside(_preformatted(match[2])), until="[/")
    working.replace(_CAPTION, _captioned, until="[/")
    working.replace(_GALLERY, lambda match: _pictures(working, match, gallery))
    working.replace(_PLAYER, lambda match: _player(working, match))
    _drop_others(working)


def figure(picture: Picture) -> str:
    """Return a picture as HTML."""
    caption = f"<figcaption>{picture.caption}</figcaption>" if picture.caption.strip() else ""
    shown = f'<img src="{escape(picture.address)}" alt="{escape(picture.alt)}">'
    return f"<figure>{shown}{caption}</figure>"


def link(address: str) -> str:
    """Return an address of which WordPress makes a player as a link; it is escaped, or is not."""
    shown = escape(unescape(address))
    return f'<p><a href="{shown}">{shown}</a></p>'


def _attributes(text: str) -> dict[str, str]:
    return {
        match[1].lower(): match[2] or match[3] or match[4] or ""
        for match in _ATTRIBUTE.finditer(text)
    }


def _preformatted(code: str) -> str:
    return f"<pre>{escape(code.strip(chr(10)), quote=False)}</pre>"


def _captioned(match: re.Match[str]) -> str:
    """Return a caption's picture and words; older ones have the words as an attribute."""
    picture = _PICTURE.fullmatch(match[3])
    if picture is None:
        return match[3]
    words = picture[2].strip() or escape(_attributes(match[2]).get("caption", ""))
    return f"<figure>{picture[1]}<figcaption>{words}</figcaption></figure>"


def _pictures(working: WorkingText, match: re.Match[str], gallery: Gallery) -> str:
    attributes = _attributes(match[1])
    numbers = re.findall(r"\d+", attributes.get("ids") or attributes.get("include", ""))
    pictures = gallery(numbers)
    if not pictures:
        working.note("A gallery whose pictures are not in the export was left out.", match)
        return CUT
    return "".join(map(figure, pictures))


def _player(working: WorkingText, match: re.Match[str]) -> str:
    found = _ADDRESS.search(match[3] or "") or _ADDRESS.search(match[2])
    if found is None:
        working.note(f"The shortcode [{match[1].lower()}] was left out.", match)
        return CUT
    working.note(f"What [{match[1].lower()}] showed became a link to it.", match)
    return link(found[0])


def _drop_others(working: WorkingText) -> None:
    """Drop the shortcodes of plugins: those with attributes, and those that are closed."""
    closed = {match[1].lower() for match in _CLOSING.finditer(working.text)}

    def put(match: re.Match[str]) -> str:
        working.note(
            f"The shortcode [{match[1].lower()}] was left out; its words were kept.", match
        )
        return CUT

    for pattern in (_WITH_ATTRIBUTES, _SELF_CLOSING, _CLOSING):
        working.replace(pattern, put)
    for name in sorted(closed):
        working.replace(re.compile(rf"\[({re.escape(name)})\s*+\]", re.I), put)
