"""A file's bytes as text, or a line that says what is wrong with them."""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from app.importers.report import ImportProblem, Severity, UnreadableArticle
from app.rules.markup import without_unseen

LARGEST = 2_000_000
"""The most bytes that an article's file may have."""


def too_large(size: int | None) -> str:
    """Return the sentence on a file that is too large; ``None`` where its size was not measured."""
    measured = "it has more" if size is None else f"it has {size / 1e6:.1f} MB"
    return f"An article's file may have {LARGEST // 1_000_000} MB at most; {measured}."


def decode(name: str, source: bytes) -> str:
    """Return UTF-8 as text with line feeds as line ends; a byte order mark is left out.

    Raises ``UnreadableArticle`` for other encodings, NUL bytes and files that are too large.
    """
    if len(source) > LARGEST:
        raise UnreadableArticle.at(name, None, too_large(len(source)))
    if source.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise UnreadableArticle.at(name, 1, "This is UTF-16 text: save it as UTF-8.")
    _refuse_binary(name, source)
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts from behind a byte order mark.
        at = error.start + len(BOM_UTF8) * source.startswith(BOM_UTF8)
        message = f"Byte 0x{source[at]:02x} at offset {at} is not UTF-8."
        raise UnreadableArticle.at(name, _line(source, at), message) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without_controls(name: str, text: str) -> tuple[str, list[ImportProblem]]:
    """Return text without control characters, and a remark on the first line that had one."""
    clean = without_unseen(text)
    if clean == text:
        return text, []
    line = next(
        number
        for number, each in enumerate(text.split("\n"), start=1)
        if without_unseen(each) != each
    )
    message = f"{len(text) - len(clean)} control characters were left out."
    return clean, [ImportProblem(name, line, message, Severity.CHANGED)]


def _refuse_binary(name: str, source: bytes) -> None:
    at = source.find(b"\0")
    if at >= 0:
        message = f"A NUL byte at offset {at}: this is not a text file."
        raise UnreadableArticle.at(name, _line(source, at), message)


def _line(source: bytes, offset: int) -> int:
    before = source[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1
