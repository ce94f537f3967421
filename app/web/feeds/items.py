"""What a feed holds, made once for all its forms: an entry of the log, or an article."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _

from app.queries.corrections import Entry
from app.queries.syndication import Syndicated
from app.rules.kinds import CorrectionKind
from app.rules.markup import without_unseen
from app.web import presenters
from app.web.feeds.names import name
from app.web.filters import iso
from app.web.presenters import PublicCorrection


@dataclass(frozen=True, slots=True)
class Item:
    """Something in a feed; times are RFC 3339, ``kinds`` are terms with their labels.

    ``base`` is what addresses in ``html`` are relative to, ``record`` the entry of the log.
    """

    id: str
    url: str
    title: str
    text: str
    html: str
    published_at: str
    updated_at: str
    base: str
    language: str = ""
    authors: tuple[str, ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    related: tuple[str, ...] = ()
    record: PublicCorrection | None = None


def of_entry(entry: Entry) -> Item:
    """Return an entry of the log, which never changes: neither does its item.

    Unless words of it are taken away: then it is newer, so that readers take over what is left.
    """
    record = presenters.correction(entry)
    gone = [each.at for each in (entry.redacted, entry.lost_text) if each]
    amended = [record["amends"]["url"]] if record["amends"] else []
    return Item(
        id=name("corrections", entry.number),
        url=record["url"],
        title=f"{record['label']} {record['number']}: {record['article']['headline']}",
        text=record["notice"],
        html=_html("feeds/_correction.html", record=record, change=entry.change),
        published_at=record["published_at"],
        updated_at=iso(max([entry.published_at, *gone])),
        base=record["url"],
        kinds=((record["kind"], record["label"]),),
        related=(record["article"]["url"], *amended),
        record=record,
    )


def of_article(found: Syndicated) -> Item:
    """Return an article as it is now; of a retracted one the reason is left."""
    line, text = presenters.article_line(found), found.teaser.version.text
    kinds = {notice.kind: _(notice.kind.label) for notice in found.notices}
    title, summary = line["headline"], line["standfirst"]
    if found.retraction:
        title, summary = _("Retracted: %(headline)s", headline=title), found.retraction.text
    else:
        kinds.pop(CorrectionKind.RETRACTION, None)  # one that was lifted
    return Item(
        id=name("articles", line["slug"]),
        url=line["url"],
        title=title,
        text=without_unseen(summary),
        html=_html("feeds/_article.html", found=found, text=text),
        published_at=line["published_at"],
        updated_at=line["updated_at"],
        base=line["url"],
        language=line["language"],
        authors=tuple(line["byline"]),
        kinds=tuple((kind.value, label) for kind, label in kinds.items()),
        related=(presenters.log_url(line["slug"]),) if found.notices else (),
    )


def _html(template: str, **parts: object) -> str:
    return without_unseen(render_template(template, **parts)).strip()
