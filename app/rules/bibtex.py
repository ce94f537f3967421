"""Citations as BibTeX, which reference managers read."""

from __future__ import annotations

from collections.abc import Mapping

_ESCAPED = str.maketrans(
    {each: "\\" + each for each in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | dict.fromkeys("\r\n\t", " ")
)


def bibtex(key: str, parts: Mapping[str, str], url: str) -> str:
    """Return an entry for something online; ``key`` is ASCII letters, digits and hyphens.

    Doubled braces keep the capitals of titles, and names of publications whole.
    """
    lines = [f"  {name} = {{{{{text.translate(_ESCAPED)}}}}}" for name, text in parts.items()]
    lines.append(f"  url = {{{url}}}")
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n"
