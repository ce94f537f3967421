"""Publishing corrections through the API: of an agreed case, or declared without one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from app.clock import now
from app.queries import articles as article_queries
from app.queries import cases as case_queries
from app.queries import corrections as correction_queries
from app.rules.declarations import Declaration
from app.rules.errors import InvalidInput, NotFound
from app.rules.kinds import CorrectionKind
from app.rules.permissions import Permission
from app.rules.texts import VersionText
from app.services import corrections
from app.web import presenters
from app.web.access import requires
from app.web.api import api_pages
from app.web.api.description import BY_TOKEN
from app.web.api.parts import PRECONDITION_REQUIRED, IfMatch, seen_version
from app.web.api.schemas import Body, Truth, number, schema_of, text
from app.web.bearer import calling_staff
from app.web.forms.fields import is_web_address, tidy
from app.web.presenters import PublicCorrection

_TEXTS = (
    *("headline", "standfirst", "body", "section", "source_name", "source_url"),
    *("ai_disclosure", "image_alt", "image_caption"),
)
"""The parts of an article that are one text; the others are lists."""


class AgreedCase(Body):
    """A further agreed case of the same article, and the version of it that was seen."""

    reference = text(20)
    version = number()


class NewCorrection(Body):
    """The corrected text and the notice; a part of the text that is left out stays as it is."""

    kind = fields.String(
        required=True, validate=validate.OneOf([kind.value for kind in CorrectionKind])
    )
    notice = text(2000, metadata={"description": "What was wrong, and what is right."})
    seen_version = number(metadata={"description": "The article's version that you worked on."})
    headline = text(300, load_default=None)
    standfirst = text(1000, load_default=None)
    key_points = fields.List(
        text(500, load_default=""), load_default=None, validate=validate.Length(max=50)
    )
    body = text(400_000, load_default=None, metadata={"description": "Markdown."})
    byline = fields.List(
        text(200, load_default=""), load_default=None, validate=validate.Length(max=50)
    )
    section = text(80, load_default=None)
    source_name = text(200, load_default=None)
    source_url = text(2000, load_default=None)
    ai_disclosure = text(4000, load_default=None)
    image_alt = text(1000, load_default=None)
    image_caption = text(1000, load_default=None)
    credit = text(200, load_default="", metadata={"description": "Who is thanked for the report."})
    amends = number(
        load_default=None, metadata={"description": "The number of the entry that it puts right."}
    )
    withholds = Truth(
        load_default=False,
        metadata={"description": "Whether a retraction withholds the earlier versions, too."},
    )

    @validates_schema
    def lead_somewhere(self, sent: dict[str, Any], **_options: Any) -> None:
        """Refuse an address of the source that is none."""
        if sent.get("source_url") and not is_web_address(sent["source_url"]):
            raise ValidationError("It is no web address: begin with https://", "source_url")


class CaseCorrection(NewCorrection):
    """A correction of an agreed case, and of others that it resolves as well."""

    also = fields.List(
        fields.Nested(AgreedCase),
        load_default=list,
        validate=validate.Length(max=20),
        metadata={"description": "Further agreed cases of the same article that it resolves."},
    )


@api_pages.post("/cases/<reference>/publish")
@api_pages.doc(security=BY_TOKEN)
@api_pages.arguments(IfMatch, location="headers", error_status_code=PRECONDITION_REQUIRED)
@api_pages.arguments(CaseCorrection)
@api_pages.response(201, schema_of(PublicCorrection))
@requires(Permission.PUBLISH)
def publish_correction(
    headers: dict[str, str], sent: dict[str, Any], reference: str
) -> PublicCorrection:
    """Publish the correction of an agreed case: the text, the entry and the answers at once."""
    page = case_queries.page(case_queries.with_reference(reference))
    published = corrections.publish(
        {**_also(sent), page.case.id: seen_version(headers)},
        _text(sent, page.current.text),
        _declaration(sent),
        seen_version=sent["seen_version"],
        by=calling_staff(),
        at=now(),
    )
    return presenters.correction(correction_queries.numbered(published))


@api_pages.post("/articles/<slug>/corrections")
@api_pages.doc(security=BY_TOKEN)
@api_pages.arguments(NewCorrection)
@api_pages.response(201, schema_of(PublicCorrection))
@requires(Permission.EDIT_ARTICLES)
def declare_correction(sent: dict[str, Any], slug: str) -> PublicCorrection:
    """Change a published article without a case: declared, and entered in the log."""
    page = article_queries.page(slug)
    published = corrections.declare(
        page.article.id,
        _text(sent, page.version.text),
        _declaration(sent),
        seen_version=sent["seen_version"],
        by=calling_staff(),
        at=now(),
    )
    return presenters.correction(correction_queries.numbered(published))


def _also(sent: dict[str, Any]) -> dict[int, int]:
    """Return the further cases by their numbers, each with the version that was seen of it."""
    try:
        return {
            case_queries.with_reference(each["reference"]).id: each["version"]
            for each in sent["also"]
        }
    except NotFound as error:
        raise InvalidInput("also", error.message) from None


def _text(sent: dict[str, Any], before: VersionText) -> VersionText:
    """Return the text that is to be public; the database refuses it where it was overtaken."""
    parts: dict[str, Any] = {n: tidy(sent[n]) for n in _TEXTS if sent[n] is not None}
    for name in ("key_points", "byline"):
        if sent[name] is not None:
            lines = (" ".join(each.split()) for each in sent[name])
            parts[name] = tuple(each for each in lines if each)
    return replace(before, **parts)


def _declaration(sent: dict[str, Any]) -> Declaration:
    return Declaration(
        kind=CorrectionKind(sent["kind"]),
        notice=tidy(sent["notice"]),
        credit=tidy(sent["credit"]),
        amends=sent["amends"],
        withholds=sent["withholds"],
    )
