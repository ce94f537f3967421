"""Articles from plain text, as copied from a web page: the first line is the headline.

Paragraphs stand between empty lines. The one after the headline is the standfirst where at
least two more follow. A list at the end, or right after the standfirst, becomes the key
points. ``Source: NAME`` is the source. What the publisher puts below every article (asking
for corrections, saying how it works) is no part of this one and is left out with a remark;
its sentence on AI becomes the article's disclosure. Navigation copied along is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.importers.decoding import decode, without_controls
from app.importers.report import ImportProblem, Parsed, Severity, UnreadableArticle
from app.rules.slugs import slugify
from app.rules.texts import ArticleDraft, VersionText

LONGEST_HEADLINE = 300

# Alone on its line, or run on after the end of a sentence.
_RESIDUE = re.compile(r"(?:^[ \t]*|(?<=[.!?…”\"’')\]])[ \t]*)(?:top|bottom) of page[ \t]*$", re.I)
_BULLET = re.compile(r"[ \t]*[•‣◦▪·*–-][ \t]+(?=\S)")
_SOURCE = re.compile(r"sources?:\s*(?P<name>.*)", re.I)
_URL = re.compile(r"[(<\[]?(https?://[^\s<>()\[\]]+)[)>\]]?[.,;]?", re.I)
_CLOSING = re.compile(
    r"committed to keeping (?:our |you |its )?(?:readers|you)"
    r"|please (?:contact|e-?mail|write to) us|errors or inaccuracies"
    r"|your feedback (?:will|is|helps)|all rights reserved|subscribe to our|follow us on",
    re.I,
)
_ON_AI = re.compile(r"\bAI\b|artificial intelligence")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[“\"‘'(A-Z0-9])")

# What CommonMark would take for markup: some anywhere, some only where a line begins.
_SPECIAL = re.compile(
    r"[*`<\[]|(?<![^\W_])_|_(?![^\W_])|~(?=~)|(?<=~)~|&(?=#?\w+;)|\\(?=[!-/:-@\[-`{-~]|$)"
)
_AT_START = re.compile(r"^(?=[#>+-])|^(\d{1,9})(?=[.)](?:\s|$))")


@dataclass(slots=True)
class _Paragraph:
    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.lines).split())

    @property
    def is_list(self) -> bool:
        return _BULLET.match(self.lines[0]) is not None

    @property
    def items(self) -> list[str]:
        """The items of a list; a line without a bullet goes on with the item before."""
        items: list[str] = []
        for line in self.lines:
            bullet = _BULLET.match(line)
            if bullet:
                items.append(line[bullet.end() :].strip())
            else:
                items[-1] = f"{items[-1]} {line.strip()}"
        return items


@dataclass(slots=True)
class _Parts:
    """A text being taken apart; ``left`` is what nothing has claimed yet."""

    name: str
    left: list[_Paragraph]
    remarks: list[ImportProblem]

    def note(self, line: int, message: str) -> None:
        self.remarks.append(ImportProblem(self.name, line, message, Severity.CHANGED))


def parse(name: str, source: bytes) -> Parsed:
    """Return the article in a plain text called ``name``.

    Raises ``UnreadableArticle``, with the line where there is one, and nothing else.
    """
    text, controls = without_controls(name, decode(name, source))
    parts = _Parts(name, _paragraphs(text), list(controls))
    for number, line in enumerate(text.split("\n"), start=1):
        if _RESIDUE.search(line):
            parts.note(number, "Navigation that was copied along was left out.")
    headline = _take_headline(parts)
    source_name, source_url, closing = _take_source(parts)
    disclosure = _disclosure(parts, closing)
    points = _take_points(parts, from_end=True)
    standfirst = _take_standfirst(parts)
    points = points or _take_points(parts, from_end=False)
    body = "\n\n".join(map(_as_markdown, parts.left))
    if not body:
        raise UnreadableArticle.at(name, None, "The article has no text below its headline.")
    version = VersionText(
        headline=headline,
        standfirst=standfirst,
        body=body,
        key_points=points,
        source_name=source_name,
        source_url=source_url,
        ai_disclosure=disclosure,
    )
    return Parsed(ArticleDraft(slugify(headline), version), tuple(parts.remarks))


def escaped(text: str) -> str:
    """Return plain text as Markdown that renders as it was typed."""
    return escaped_line(escaped_words(text))


def escaped_words(text: str) -> str:
    """Return plain text as Markdown that renders as typed, wherever in a line it stands."""
    return _SPECIAL.sub(lambda match: "\\" + match[0], text)


def escaped_line(markdown: str) -> str:
    """Return a line of Markdown so that its beginning makes no list, heading or quotation."""
    return _AT_START.sub(lambda match: f"{match[1] or ''}\\", markdown)


def _paragraphs(text: str) -> list[_Paragraph]:
    """Return the runs of lines between empty ones; a list and a text beside it are two."""
    found: list[_Paragraph] = []
    is_open = False
    for number, typed in enumerate(text.split("\n"), start=1):
        line = _RESIDUE.sub("", typed).rstrip()
        if not line.strip():
            # Where a line of navigation stood there was no gap between two paragraphs, but
            # it parts them all the same.
            is_open = False
            continue
        begins_list = _BULLET.match(line) is not None and not (is_open and found[-1].is_list)
        if not is_open or begins_list:
            found.append(_Paragraph(number))
        found[-1].lines.append(line)
        is_open = True
    return found


def _take_headline(parts: _Parts) -> str:
    if not parts.left:
        raise UnreadableArticle.at(parts.name, None, "The article is empty.")
    first = parts.left[0]
    headline = " ".join(first.lines.pop(0).split())
    if len(headline) > LONGEST_HEADLINE:
        message = (
            f"The first line, the headline, has {len(headline)} characters;"
            f" {LONGEST_HEADLINE} is the most."
        )
        raise UnreadableArticle.at(parts.name, first.line, message)
    first.line += 1
    parts.left = parts.left if first.lines else parts.left[1:]
    return headline


def _take_source(parts: _Parts) -> tuple[str, str, list[_Paragraph]]:
    """Return the source's name and address, and the paragraphs that close every article."""
    at = next(
        (at for at in reversed(range(len(parts.left))) if _SOURCE.match(parts.left[at].text)), None
    )
    if at is None:
        closing = _closing(parts.left)
        parts.left = parts.left[: len(parts.left) - len(closing)]
        return "", "", closing
    typed = _SOURCE.match(parts.left[at].text)
    name = typed["name"] if typed else ""
    url = _URL.search(name)
    after = parts.left[at + 1 :]
    # One that speaks for the publisher shows that the article is over.
    closing = after if any(_CLOSING.search(each.text) for each in after) else []
    parts.left = parts.left[:at] + (after if not closing else [])
    return _URL.sub("", name).strip(" ,;–—-"), url[1].rstrip(".,;") if url else "", closing


def _closing(paragraphs: list[_Paragraph]) -> list[_Paragraph]:
    """Return the paragraphs at the end that speak for the publisher, never all there are."""
    end = len(paragraphs)
    while end > 1 and _CLOSING.search(paragraphs[end - 1].text):
        end -= 1
    return paragraphs[end:]


def _disclosure(parts: _Parts, closing: list[_Paragraph]) -> str:
    """Return the publisher's sentence on AI, and remark on what was left out around it."""
    for paragraph in closing:
        message = "A paragraph that closes every article of this publisher was left out."
        parts.note(paragraph.line, message)
    for paragraph in closing:
        for sentence in _SENTENCE.split(paragraph.text):
            if _ON_AI.search(sentence):
                parts.note(paragraph.line, "Its sentence on AI became the disclosure of AI use.")
                return sentence
    return ""


def _take_points(parts: _Parts, *, from_end: bool) -> tuple[str, ...]:
    """Take the lists at one end of the text, if anything but lists is left then."""
    ordered = parts.left[::-1] if from_end else parts.left
    count = next((at for at, each in enumerate(ordered) if not each.is_list), len(ordered))
    if count in (0, len(ordered)):
        return ()
    lists = parts.left[-count:] if from_end else parts.left[:count]
    parts.left = parts.left[:-count] if from_end else parts.left[count:]
    return tuple(item for each in lists for item in each.items)


def _take_standfirst(parts: _Parts) -> str:
    texts = [each for each in parts.left if not each.is_list]
    if len(texts) < 3 or parts.left[0].is_list:
        return ""
    return parts.left.pop(0).text


def _as_markdown(paragraph: _Paragraph) -> str:
    if paragraph.is_list:
        return "\n".join(f"- {escaped(item)}" for item in paragraph.items)
    return escaped(paragraph.text)
