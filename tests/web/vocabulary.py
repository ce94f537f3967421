"""The part of schema.org's vocabulary (version 29) that the site uses.

Types stand with their ancestors, properties with the types that have them and what their values
may be.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

ANCESTORS = {
    "Thing": (),
    "CreativeWork": ("Thing",),
    "Article": ("CreativeWork", "Thing"),
    "NewsArticle": ("Article", "CreativeWork", "Thing"),
    "Comment": ("CreativeWork", "Thing"),
    "CorrectionComment": ("Comment", "CreativeWork", "Thing"),
    "Organization": ("Thing",),
    "NewsMediaOrganization": ("Organization", "Thing"),
    "Person": ("Thing",),
}

_POLICY = ({"Organization", "NewsMediaOrganization"}, {"CreativeWork", "URL"})
_NEWS_POLICY = ({"NewsMediaOrganization"}, {"CreativeWork", "URL"})

PROPERTIES: dict[str, tuple[set[str], set[str]]] = {
    "actionableFeedbackPolicy": _POLICY,
    "archivedAt": ({"CreativeWork"}, {"URL", "WebPage"}),
    "articleSection": ({"Article"}, {"Text"}),
    "author": ({"CreativeWork"}, {"Organization", "Person"}),
    "correction": ({"CreativeWork"}, {"CorrectionComment", "Text", "URL"}),
    "correctionsPolicy": _POLICY,
    "creativeWorkStatus": ({"CreativeWork"}, {"DefinedTerm", "Text"}),
    "dateModified": ({"CreativeWork"}, {"Date", "DateTime"}),
    "datePublished": ({"CreativeWork"}, {"Date", "DateTime"}),
    "description": ({"Thing"}, {"Text"}),
    "ethicsPolicy": _POLICY,
    "headline": ({"CreativeWork"}, {"Text"}),
    "identifier": ({"Thing"}, {"PropertyValue", "Text", "URL"}),
    "image": ({"Thing"}, {"ImageObject", "URL"}),
    "inLanguage": ({"CreativeWork"}, {"Language", "Text"}),
    "isAccessibleForFree": ({"CreativeWork"}, {"Boolean"}),
    "isBasedOn": ({"CreativeWork"}, {"CreativeWork", "URL"}),
    "keywords": ({"CreativeWork"}, {"DefinedTerm", "Text", "URL"}),
    "mainEntityOfPage": ({"Thing"}, {"CreativeWork", "URL"}),
    "masthead": _NEWS_POLICY,
    "name": ({"Thing"}, {"Text"}),
    "parentItem": ({"Comment"}, {"Comment", "CreativeWork"}),
    "publisher": ({"CreativeWork"}, {"Organization", "Person"}),
    "publishingPrinciples": (
        {"CreativeWork", "Organization", "Person"},
        {"CreativeWork", "URL"},
    ),
    "slogan": ({"Organization"}, {"Text"}),
    "text": ({"CreativeWork"}, {"Text"}),
    "url": ({"Thing"}, {"URL"}),
    "version": ({"CreativeWork"}, {"Number", "Text"}),
}


def check(node: dict[str, Any]) -> None:
    """Hold a node, and those in it, to the vocabulary."""
    kind = node["@type"]
    kinds = {kind, *ANCESTORS[kind]}
    for name, value in node.items():
        if name in ("@type", "@id", "@context"):
            continue
        domain, ranges = PROPERTIES[name]
        assert kinds & domain, f"{kind} has no {name}"
        for each in value if isinstance(value, list) else [value]:
            assert _fits(each, ranges), f"{name} of {kind}: {each!r} is none of {ranges}"


def _fits(value: Any, ranges: set[str]) -> bool:
    if isinstance(value, dict):
        if set(value) == {"@id"}:  # a node that stands elsewhere
            return urlsplit(value["@id"]).scheme in ("http", "https")
        check(value)
        return bool({value["@type"], *ANCESTORS[value["@type"]]} & ranges)
    if isinstance(value, bool):
        return "Boolean" in ranges
    if isinstance(value, int):
        return "Number" in ranges
    is_url = urlsplit(value).scheme in ("http", "https")
    return bool(ranges & {"Text", "Date", "DateTime"}) or ("URL" in ranges and is_url)
