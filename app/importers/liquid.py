"""Takes a site's template tags out of a text: ``{% … %}`` and ``{{ … }}`` mean nothing here."""

from __future__ import annotations

import re

from app.importers.names import presentable
from app.importers.working_text import CUT, WorkingText

_RAW = r"\{%-?\s*raw\s*-?%\}(?P<raw>(?:(?!\{%-?\s*raw\b).)*?)\{%-?\s*endraw\s*-?%\}"
_COMMENT = r"\{%-?\s*comment\s*-?%\}(?:(?!\{%-?\s*comment\b).)*?\{%-?\s*endcomment\s*-?%\}"
_OUTPUT = r"\{\{-?(?P<output>[^{}]{0,1000}+)-?\}\}"
_TAG = r"\{%-?\s*(?P<tag>\w*)(?:(?!%\}|\{%).){0,3000}+%\}"
_ANY = re.compile("|".join((_RAW, _COMMENT, _OUTPUT, _TAG)), re.S)
_LITERAL = re.compile(r"""["']([^"']*)["']\s*(?:\|\s*(\w+))?""")
_LONGEST_SHOWN = 40

# These only ever stand in an address; the address is reported, so they need not be.
_OF_ADDRESSES = frozenset({"url", "relative_url", "absolute_url", "prepend", "asset_path"})
_SITE = re.compile(r"site\.(baseurl|url)\b")


def drop_template_tags(working: WorkingText) -> None:
    """Drop Liquid's tags and outputs and name them; ``raw`` keeps what is in it.

    An output whose filter makes a link to a person (``{{ "jo-li" | team_link }}``) becomes
    that person's name, for a quotation without its speaker is worth little.
    """

    def put(match: re.Match[str]) -> str:
        if match["raw"] is not None:
            return match["raw"]
        if match["output"] is not None:
            return _output(working, match)
        tag = match["tag"] or "comment"
        if tag not in ("comment", "raw", "endraw"):
            working.note(f"The template tag “{{% {tag} %}}” was left out.", match)
        return CUT

    working.replace(_ANY, put)


def _output(working: WorkingText, match: re.Match[str]) -> str:
    shown = " ".join(match["output"].replace("%20", " ").split())
    literal = _LITERAL.match(shown)
    filter_name = literal[2] or "" if literal else ""
    if literal and filter_name.endswith("_link"):
        working.note("Template outputs that link to a person became the person’s name.", match)
        return presentable(literal[1])
    if filter_name not in _OF_ADDRESSES and not _SITE.match(shown):
        # What many outputs have in common is named once: their filter.
        shown = f"… | {filter_name}" if filter_name else shown
        shown = shown[:_LONGEST_SHOWN] + "…" if len(shown) > _LONGEST_SHOWN else shown
        working.note(f"The template output “{{{{ {shown} }}}}” was left out.", match)
    return CUT
