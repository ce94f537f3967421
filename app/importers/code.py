"""Sets the code in an article's Markdown aside, so that nothing in it is taken for markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from app.importers.working_text import WorkingText

_BLOCKS = MarkdownIt("commonmark", {"html": True}).enable("table").disable("inline")
_RAW_TAG = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_HIGHLIGHT = re.compile(r"^[ \t]*\{%-?\s*(end)?highlight\s*([\w+-]*)[^%\n]*%\}[ \t]*$", re.M)
_HTML_CODE = re.compile(
    r"<(pre|code|kbd|samp)\b[^>]*>(?:(?!<\1\b).){0,20000}?</\1\s*>", re.I | re.S
)
_SPAN = re.compile(r"(?<![\\`])(`+)(?!`)((?:(?!\n\s*\n).){1,5000}?)(?<!`)\1(?!`)", re.S)
_CONTAINER = re.compile(
    r"<(/?)(?:div|section|article|aside|header|footer|main|center|blockquote|figure|table|tbody"
    r"|thead|tr|td|th|ul|ol|dl|dd|details)\b",
    re.I,
)


def set_code_aside(working: WorkingText) -> None:
    """Set code blocks, ``pre`` elements and code spans aside, without the raw tags in them.

    Lines inside an HTML element are moved to the margin on the way: people indent those for
    looks, but after an empty line CommonMark would take them for code.
    """
    working.replace(_HIGHLIGHT, lambda match: "```" if match[1] else f"```{match[2]}")
    lines = working.text.split("\n")
    depth = 0
    for token in _BLOCKS.parse(working.text):
        if token.map is None or token.type not in ("fence", "code_block", "html_block"):
            continue
        start, end = token.map
        is_html = token.type == "html_block" and not token.content.lower().startswith("<pre")
        if is_html or (token.type == "code_block" and depth > 0):
            lines[start:end] = _at_margin(lines[start:end])
            depth += _opened(token.content)
        else:
            code = "\n".join(lines[start:end]).rstrip("\n")
            held = working.set_aside(_RAW_TAG.sub("", code))
            padding = "\n" * (end - start - 1 - held.count("\n"))
            lines[start:end] = (held + padding).split("\n")
    working.text = "\n".join(lines)
    for pattern in (_HTML_CODE, _SPAN):
        working.replace(pattern, lambda match: working.set_aside(_RAW_TAG.sub("", match[0])))


def _at_margin(lines: list[str]) -> list[str]:
    return [line.lstrip(" \t") for line in lines]


def _opened(html: str) -> int:
    return sum(-1 if closing else 1 for closing in _CONTAINER.findall(html))
