"""Articles and the publication in schema.org's words, as JSON-LD for search engines.

A correction is a ``CorrectionComment`` on its article: ``name`` is its kind, ``text`` its notice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urljoin

from flask import current_app
from flask_babel import gettext as _
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from app.delivery.messages import address_of
from app.queries.articles import ArticlePage
from app.rules.markup import inline_text, without_unseen
from app.rules.texts import VersionText
from app.web import presenters
from app.web.presenters import PublicArticleLine, PublicCorrection

Node = dict[str, Any]

_dumps = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Description:
    """What an article's page says of itself to search engines and to other sites."""

    title: str
    summary: str
    url: str
    image: str
    line: PublicArticleLine
    data: Markup


def article(page: ArticlePage) -> Description:
    """Describe an article, its corrections and its publisher."""
    line, text = presenters.summary(page), page.version.text
    title, summary = line["headline"], line["standfirst"] or _beginning(text)
    if page.retraction:
        title, summary = _("Retracted: %(headline)s", headline=title), page.retraction.notice
    image = urljoin(address_of("public.front"), text.image_url) if text.image_url else ""
    about = {
        **_about(line),
        "description": summary,
        "creativeWorkStatus": "Retracted" if page.retraction else "",
        "archivedAt": "" if page.is_withheld else line["latest_version"]["url"],
        "keywords": list(text.tags),
        "image": image,
        "author": [{"@type": "Person", "name": name} for name in text.byline]
        or {"@id": _publisher_id()},
        "publisher": _name(),
        "isBasedOn": _source(text),
        "correction": [_comment(presenters.correction(entry)) for entry in page.entries],
    }
    return Description(title, summary, line["url"], image, line, _embedded(about))


def publication() -> Markup:
    """Describe the publication and the policies that it has."""
    return _embedded({"@context": "https://schema.org", **_publisher()})


def _about(line: PublicArticleLine) -> Node:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": line["url"],
        "url": line["url"],
        "mainEntityOfPage": line["url"],
        "headline": line["headline"],
        "datePublished": line["published_at"],
        "dateModified": line["updated_at"],
        "version": line["latest_version"]["number"],
        "inLanguage": line["language"],
        "articleSection": line["section"],
        "isAccessibleForFree": True,
    }


def _beginning(text: VersionText) -> str:
    """Return how an article without a standfirst begins."""
    return next(iter(text.key_points), "") or inline_text(text.body.strip().partition("\n\n")[0])


def _name() -> Node:
    """Name the publication; all about it stands on its own pages, at the same ``@id``."""
    return {
        "@type": "NewsMediaOrganization",
        "@id": _publisher_id(),
        "name": current_app.config["PUBLICATION_NAME"],
        "url": address_of("public.front"),
    }


def _publisher() -> Node:
    """Describe the publication; a policy without a page of its own is that on corrections."""
    ours = address_of("public.policy")
    own = ("correctionsPolicy", "actionableFeedbackPolicy", "publishingPrinciples")
    return {
        **_name(),
        "slogan": current_app.config["PUBLICATION_TAGLINE"],
        **dict.fromkeys(own, ours),
        **dict(policy.split("=", 1) for policy in current_app.config["POLICIES"]),
    }


def _publisher_id() -> str:
    return f"{address_of('public.about')}#publisher"


def _source(text: VersionText) -> Node | None:
    if not text.source_name and not text.source_url:
        return None
    return {"@type": "CreativeWork", "name": text.source_name, "url": text.source_url}


def _comment(entry: PublicCorrection) -> Node:
    return {
        "@type": "CorrectionComment",
        "@id": entry["url"],
        "url": entry["url"],
        "identifier": str(entry["number"]),
        "name": entry["label"],
        "text": entry["notice"],
        "datePublished": entry["published_at"],
        "parentItem": {"@id": entry["article"]["url"]},
    }


def _embedded(node: Node) -> Markup:
    """Write a node so that nothing in it can end the script element that it stands in."""
    return Markup(htmlsafe_json_dumps(_without_empty(node), dumps=_dumps))  # noqa: S704


def _without_empty(value: Any) -> Any:
    """Leave out what is not known, and characters that nobody sees."""
    if isinstance(value, str):
        return without_unseen(value)
    if isinstance(value, list):
        return [_without_empty(each) for each in value]
    if isinstance(value, dict):
        return {k: _without_empty(v) for k, v in value.items() if v not in ("", None, [])}
    return value
