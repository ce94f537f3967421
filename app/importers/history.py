r"""Articles with their past, from JSON Lines: one article a line, its revisions oldest first.

    {"path": "2015-03-01-slug.md", "revisions": [
        {"date": "2015-03-01T10:00:00-05:00", "message": "Add the post", "text": "---\ntitle: …"},
        {"date": "2015-03-02T09:00:00-05:00", "reason": "correction", "notice": "…", "text": …}]}

``path`` is the name of the article's file now, by which it is known again and which makes its
address, whatever the file was called before. ``text`` is the whole file. Why a revision was made
is what its ``reason`` declares; a ``notice`` makes it an entry of the correction log. What
declares nothing is what the importing person says, else a minor edit where the message speaks of
spelling, markup or links, else an update; never a correction.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.importers import markdown
from app.importers.dates import moment
from app.importers.decoding import LARGEST, too_large
from app.importers.report import ImportProblem, Severity, UnreadableArticle
from app.rules.declarations import LONGEST_NOTICE, Declaration
from app.rules.histories import ArticleHistory, PastVersion
from app.rules.kinds import CorrectionKind
from app.rules.markup import without_unseen
from app.rules.texts import too_long

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from app.importers.report import Parsed

LONGEST_LINE = 64_000_000
"""The most bytes that one article's line may have: no more is ever held in memory."""

_LONGEST_PATH = 500
_MINOR = re.compile(
    r"\b(?:typos?|misspell\w*|spelling|grammar|punctuation|capitali[sz]ation|markdown|markup"
    r"|whitespace|formatting|(?:broken|dead|update) links?)\b",
    re.I,
)
_BY_THEMSELVES = frozenset({CorrectionKind.UPDATE, CorrectionKind.MINOR})
"""The reasons that may be declared without a notice."""


@dataclass(frozen=True, slots=True)
class PastArticle:
    """An article with its past; ``origin`` as in ``Parsed``, ``undeclared`` counts revisions."""

    history: ArticleHistory
    origin: str | None
    remarks: tuple[ImportProblem, ...]
    undeclared: int


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file of histories is read: its name, the time now, and what declares the rest."""

    name: str
    now: datetime
    otherwise: Declaration | None = None


@dataclass(slots=True)
class _Past:
    """One line being read; ``number`` is the line's, and of each remark."""

    reading: Reading
    number: int
    path: str
    versions: list[PastVersion] = field(default_factory=list)
    remarks: list[ImportProblem] = field(default_factory=list)
    last: Parsed | None = None
    undeclared: int = 0

    def note(self, revision: int, message: str, severity: Severity = Severity.SKIPPED) -> None:
        whole = f"Revision {revision} of {self.path}: {message}"
        self.remarks.append(ImportProblem(self.reading.name, self.number, whole, severity))


def lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file with their numbers; one that is too long is cut off."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        yield number, line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE + 1)


def parse(reading: Reading, number: int, line: bytes) -> PastArticle:
    """Return the article in one line, the ``number``-th of its file.

    A revision that cannot be read is left out, and a remark says why. Raises
    ``UnreadableArticle`` where the line is not what it should be, or no revision is left.
    """
    record = _record(reading, number, line)
    past = _Past(reading, number, record["path"])
    for at, revision in enumerate(record["revisions"], start=1):
        _add(past, at, _checked(past, at, revision))
    if past.last is None:
        raise UnreadableArticle.at(reading.name, number, _why_none(past))
    first = past.versions[0]
    draft = past.last.draft
    history = ArticleHistory(draft.slug, draft.published_at or first.at, tuple(past.versions))
    origin = past.last.origin if past.last.names_itself else past.path
    return PastArticle(history, origin, tuple(past.remarks), past.undeclared)


def _record(reading: Reading, number: int, line: bytes) -> dict[str, Any]:
    """Return a line as what it has to be: an object with a path and revisions."""
    record = _json(reading, number, line)
    path = record.get("path") if isinstance(record, dict) else None
    message = ""
    if not isinstance(path, str) or not 0 < len(path) <= _LONGEST_PATH or not path.isprintable():
        message = "This is no article with its past: “path” has to name its file."
    elif not isinstance(record.get("revisions"), list) or not record["revisions"]:
        message = f"{path} has no list of “revisions”."
    if message:
        raise UnreadableArticle.at(reading.name, number, message)
    return dict(record)


def _json(reading: Reading, number: int, line: bytes) -> Any:
    if len(line) > LONGEST_LINE:
        message = f"The line is longer than {LONGEST_LINE // 1_000_000} MB."
        raise UnreadableArticle.at(reading.name, number, message)
    try:
        return json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        message = f"Byte 0x{line[error.start]:02x} at offset {error.start} is not UTF-8."
    except json.JSONDecodeError as error:
        message = f"This is not JSON: {error.msg} at character {error.pos + 1}."
    except (RecursionError, ValueError):
        message = "This is not JSON that anybody would write: too deep, or too long a number."
    raise UnreadableArticle.at(reading.name, number, message)


def _checked(past: _Past, at: int, revision: Any) -> dict[str, str]:
    """Return a revision's fields as text, of which ``date`` and ``text`` are there."""
    given = revision if isinstance(revision, dict) else {}
    fields = {name: value for name, value in given.items() if value is not None}
    known = ("date", "text", "message", "reason", "notice")
    wrong = [name for name in known if not isinstance(fields.get(name, ""), str)]
    wrong += [name for name in ("date", "text") if name not in fields]
    if wrong:
        message = f"Revision {at} of {past.path}: “{wrong[0]}” is missing, or no text."
        raise UnreadableArticle.at(past.reading.name, past.number, message)
    return {name: fields[name] for name in known if name in fields}


def _add(past: _Past, at: int, revision: dict[str, str]) -> None:
    """Make a revision the next version, if it can be read and reads otherwise than the last."""
    declaration, is_declared = _declaration(past, at, revision)
    dated = _moment(past, at, revision["date"])
    parsed = _parsed(past, at, revision["text"]) if dated else None
    if dated is None or parsed is None:
        return
    past.last = parsed
    text, before = parsed.draft.text, past.versions[-1:]
    if not before or before[0].text == text:
        if declaration.notice and is_declared:
            why = "changes nothing that readers see" if before else "is the first"
            past.note(at, f"It {why}: its notice was left out.", Severity.CHANGED)
        past.versions += [] if before else [PastVersion(text, dated)]
        return
    past.undeclared += not is_declared
    past.versions.append(PastVersion(text, dated, declaration))


def _declaration(past: _Past, at: int, revision: dict[str, str]) -> tuple[Declaration, bool]:
    """Return why a revision was made, and whether it says so itself."""
    declared = revision.get("reason", "")
    notice = without_unseen(revision.get("notice", "")).strip()
    if not declared and not notice:
        return _undeclared(past.reading, revision.get("message", "")), False
    message = ""
    if declared not in set(CorrectionKind):
        message = f"“{declared[:40]}” is no reason: {', '.join(CorrectionKind)}."
    elif CorrectionKind(declared) not in _BY_THEMSELVES and not notice:
        message = f"The reason “{declared}” needs a “notice”: what was wrong, and what is right."
    elif len(notice) > LONGEST_NOTICE:
        message = f"Its notice is longer than {LONGEST_NOTICE} characters."
    if message:
        whole = f"Revision {at} of {past.path}: {message}"
        raise UnreadableArticle.at(past.reading.name, past.number, whole)
    return Declaration(kind=CorrectionKind(declared), notice=notice), True


def _undeclared(reading: Reading, message: str) -> Declaration:
    if reading.otherwise is not None:
        return reading.otherwise
    kind = CorrectionKind.MINOR if _MINOR.search(message) else CorrectionKind.UPDATE
    return Declaration(kind=kind, notice="")


def _moment(past: _Past, at: int, typed: str) -> datetime | None:
    """Return when a revision was made: never before the one that came before it."""
    try:
        dated, remark = _date(typed)
    except (ValueError, OverflowError):
        past.note(at, f"“{typed[:60]}” is not a date.")
        return None
    if dated > past.reading.now:
        past.note(at, f"{typed[:60]} lies in the future.")
        return None
    if past.versions and dated < past.versions[-1].at:
        remark = "It is dated before the revision that it follows: it got that one’s time."
        dated = past.versions[-1].at
    if remark:
        past.note(at, remark, Severity.CHANGED)
    return dated


def _date(typed: str) -> tuple[datetime, str]:
    try:
        at = datetime.fromisoformat(typed.strip())
    except ValueError:
        return moment(typed)
    if at.tzinfo is None:
        return at.replace(tzinfo=UTC), "The time has no zone: taken as UTC."
    return at.astimezone(UTC), ""


def _parsed(past: _Past, at: int, typed: str) -> Parsed | None:
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    try:
        if len(text) > LARGEST:
            raise UnreadableArticle.at(past.path, None, too_large(len(text)))
        parsed = markdown.parse_text(past.path, text)
    except UnreadableArticle as error:
        line = f"line {error.problem.line}: " if error.problem.line else ""
        past.note(at, f"{line}{error.problem.message}")
        return None
    if part := too_long(parsed.draft.text):
        past.note(at, f"{part} is longer than it may be.")
        return None
    return parsed


def _why_none(past: _Past) -> str:
    reasons = "; ".join(remark.message for remark in past.remarks[:3])
    return f"No revision of {past.path} can be read. {reasons}"
