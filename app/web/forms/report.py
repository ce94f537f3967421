"""The reader's forms: a report, an answer, an appeal, a reference to look up."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField

from app.rules.kinds import ProblemKind
from app.services.reports import ReportDraft
from app.web.forms.fields import Required, address, line, lines, split_lines, web_addresses


class ReportForm(FlaskForm):
    """What a reader reports: one mistake in one version of an article."""

    version = HiddenField()
    passage = lines(_l("The passage"), 2000)
    kind = RadioField(
        _l("What kind of problem is it?"),
        choices=[],
        validate_choice=False,
    )
    problem = lines(
        _l("What is wrong?"), 5000, Required(_l("Say what is wrong, in a sentence or two."))
    )
    suggestion = lines(_l("What should it say?"), 2000)
    evidence = lines(_l("Links to evidence"), 4000, web_addresses(10))
    name = line(_l("Your name"), 120)
    email = line(_l("Your e-mail address"), 254, address)

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = [(kind.value, _(kind.label)) for kind in ProblemKind]

    def validate_kind(self, field: RadioField) -> None:
        """Demand one of the kinds."""
        if field.data not in list(ProblemKind):
            field.errors = [_("Choose one, or “Something else”.")]

    def draft(self, article_id: int, version_number: int) -> ReportDraft:
        """Return what was typed, as the service takes it."""
        return ReportDraft(
            article_id=article_id,
            version_number=version_number,
            kind=ProblemKind(self.kind.data),
            passage=self.passage.data or "",
            problem=self.problem.data or "",
            suggestion=self.suggestion.data or "",
            evidence=tuple(split_lines(self.evidence.data)),
            name=self.name.data or "",
            email=self.email.data or "",
        )


class AnswerForm(FlaskForm):
    """A reader's answer to the desk's question."""

    text = lines(_l("Your answer"), 5000, Required(_l("Write an answer first.")))


class AppealForm(FlaskForm):
    """A reader's one appeal."""

    text = lines(_l("What is new"), 5000, Required(_l("Say what we did not know before.")))


class WithdrawForm(FlaskForm):
    """The reader takes the report back."""


class FindReportForm(FlaskForm):
    """A private link, typed or pasted."""

    link = line(_l("Your private link"), 500, Required(_l("Paste the link that you were given.")))
