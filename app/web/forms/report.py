"""The reader's forms: a report, an answer, an appeal, a reference to look up."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)

from app.rules.kinds import ProblemKind, Route
from app.services.reports import ReportDraft
from app.web.forms.base import Form
from app.web.forms.fields import Required, address, line, lines, split_lines, web_addresses
from app.web.pagination import whole_number


class ReportForm(Form):
    """What a reader reports: one mistake in one version of an article.

    Hidden fields carry where the passage was selected, what is known of it and was shown,
    whether the answers were checked, when the page was opened, and the proof of work.
    """

    version = HiddenField()
    start = HiddenField()
    same_as = HiddenField()
    shown = HiddenField()
    checked = HiddenField()
    opened = HiddenField()
    work = HiddenField()
    passage = lines(_l("The passage"), 2000)
    kind = RadioField(
        _l("What kind of problem is it?"),
        choices=[],
        validate_choice=False,
    )
    problem = lines(_l("What is wrong?"), 5000)
    suggestion = lines(_l("What should it say?"), 2000)
    evidence = lines(_l("Links to evidence"), 4000, web_addresses(10))
    name = line(_l("Your name"), 120)
    email = line(_l("Your e-mail address"), 254, address)
    wants_credit = BooleanField(_l("Thank me by name in the correction"))
    website = StringField(_l("Leave this empty: it is here for programs that fill in everything"))

    def __init__(self) -> None:
        super().__init__()
        every = [*ProblemKind, *Route]
        self.kind.choices = [(kind.value, _(kind.label)) for kind in every]

    @property
    def route(self) -> Route | None:
        """Where this belongs instead, when it is no error by the reader's own word."""
        return Route(self.kind.data) if self.kind.data in list(Route) else None

    def validate_kind(self, field: RadioField) -> None:
        """Demand one of the kinds, unless another reader has said it all."""
        if field.data not in list(ProblemKind) and not self.same_as.data:
            raise ValidationError(_("Choose one, or “Something else”."))

    def validate_problem(self, field: TextAreaField) -> None:
        """Demand some words, unless another reader has said them."""
        if not field.data and not self.same_as.data:
            raise ValidationError(_("Say what is wrong, in a sentence or two."))

    def validate_name(self, field: StringField) -> None:
        """Demand a name where one is to be thanked."""
        if self.wants_credit.data and not field.data:
            raise ValidationError(_("Write the name that is to be thanked."))

    def draft(self, article_id: int, version_number: int) -> ReportDraft:
        """Return what was typed, as the service takes it."""
        kind = self.kind.data if self.kind.data in list(ProblemKind) else ProblemKind.OTHER
        return ReportDraft(
            article_id=article_id,
            version_number=version_number,
            kind=ProblemKind(kind),
            passage=self.passage.data or "",
            problem=self.problem.data or "",
            suggestion=self.suggestion.data or "",
            evidence=tuple(split_lines(self.evidence.data)),
            name=self.name.data or "",
            email=self.email.data or "",
            wants_credit=bool(self.wants_credit.data),
            start=whole_number(self.start.data) if self.start.data != "0" else 0,
            same_as=(self.same_as.data or "")[:20],
        )


class AnswerForm(Form):
    """A reader's answer to the desk's question."""

    text = lines(_l("Your answer"), 5000, Required(_l("Write an answer first.")))


class AddForm(Form):
    """Something that a reader adds to a report."""

    text = lines(_l("What you want to add"), 5000, Required(_l("Write something first.")))


class AppealForm(Form):
    """A reader's one appeal."""

    text = lines(_l("What is new"), 5000, Required(_l("Say what we did not know before.")))


class FindReportForm(Form):
    """A private link, typed or pasted."""

    link = line(_l("Your private link"), 500, Required(_l("Paste the link that you were given.")))
