"""References that people read out, type and search: of reports and of cases."""

from __future__ import annotations

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's Base32: no I, L, O or U, so that nothing is taken for something else."""

_CODE_LENGTH = 8
_LONGEST_NUMBER = 9
_AFTER_PATH = re.compile(r"[?#]")

# With its dash a reference is one even where an O stands for a 0; without, “coil” is a word.
_CASE = re.compile(r"C[\s‐‑‒–—-]+(?=[OIL]*[0-9])([0-9OIL]+)|C?([0-9]+)")
# A code may begin with an R as well, so only one with something behind it is the prefix.
_REPORT = re.compile(r"^[\W_]*R[\W_]+", re.IGNORECASE)
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


def base32(number: int, length: int) -> str:
    """Write ``number`` with ``length`` characters of ``ALPHABET``, leading zeros included."""
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in range(length - 1, -1, -1))


def report_reference(random: bytes) -> str:
    """Return a report's reference such as ``R-7K3M-92QF`` for five random bytes (40 bits)."""
    code = base32(int.from_bytes(random[:5], "big"), _CODE_LENGTH)
    return f"R-{code[:4]}-{code[4:]}"


def case_reference(number: int) -> str:
    """Return a case's reference such as ``C-0404``."""
    return f"C-{number:04d}"


def case_number(reference: str) -> int | None:
    """Return the number of a case's reference as somebody typed it, or ``None`` when it is none."""
    match = _CASE.fullmatch(reference.strip().upper())
    digits = (match[1] or match[2]).translate(_READ_AS) if match else ""
    return int(digits) if 0 < len(digits) <= _LONGEST_NUMBER else None


def typed_reference(typed: str) -> str | None:
    """Return the reference that somebody typed with spaces, small letters or an O for a 0."""
    code = _read(_REPORT.sub("", typed, count=1))
    code = code.removeprefix("R") if len(code) == _CODE_LENGTH + 1 else code
    if len(code) != _CODE_LENGTH or any(letter not in ALPHABET for letter in code):
        return None
    return f"R-{code[:4]}-{code[4:]}"


def typed_token(typed: str) -> str:
    """Return the token in a private link, or in its code as somebody typed it."""
    path = _AFTER_PATH.split(typed.strip(), maxsplit=1)[0]
    parts = [part for part in path.split("/") if part.strip()]
    if "reports" in parts[:-1]:
        return _read(parts[parts.index("reports") + 1])
    return _read(parts[-1]) if parts else ""


def grouped(token: str) -> str:
    """Write a token in groups of five, for people who have to type it."""
    return " ".join(token[start : start + 5] for start in range(0, len(token), 5))


def _read(typed: str) -> str:
    letters = (letter for letter in typed.upper() if letter.isascii() and letter.isalnum())
    return "".join(letters).translate(_READ_AS)
