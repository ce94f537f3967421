"""The desk's forms: each action is a form of its own, and carries the version it was drawn for."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField

from app.models import Version
from app.rules.kinds import CorrectionKind, DeclineReason
from app.web.forms.base import Form
from app.web.forms.fields import Required, line, lines


class CaseForm(Form):
    """Any action on a case: ``seen`` is the version of the case that its author saw."""

    seen = HiddenField()


class ClaimForm(CaseForm):
    """Takes a case; ``why`` is asked for when it is a colleague's."""

    why = line(_l("Why you take it over"), 400)


class AskForm(CaseForm):
    """A question to the reader."""

    question = lines(
        _l("Question for the reader"), 2000, Required(_l("Write the question that you have."))
    )


class DeclineForm(CaseForm):
    """A reason, what that reason requires, and what the reader is told."""

    reason = SelectField(_l("Reason"), choices=[], validate_choice=False)
    detail = line(_l("Detail"), 400)
    explanation = lines(
        _l("Explanation for the reader"), 4000, Required(_l("Explain it to the reader."))
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        choices = [(reason.value, _(reason.label)) for reason in DeclineReason]
        self.reason.choices = [("", _("Choose a reason")), *choices]

    def validate_reason(self, field: SelectField) -> None:
        """Demand one of the reasons."""
        if field.data not in list(DeclineReason):
            field.errors = [_("Choose a reason.")]


class MergeForm(CaseForm):
    """The case that this one becomes part of."""

    into = line(_l("Case to merge into"), 20, Required(_l("Give a reference such as C-0042.")))


class QuarantineForm(CaseForm):
    """Sets a case aside."""

    why = line(_l("Why it is set aside"), 400, Required(_l("Say why.")))


class ReopenForm(CaseForm):
    """Takes a decided case up again."""

    why = line(_l("Why it is taken up again"), 400, Required(_l("Say why.")))


class NoteForm(Form):
    """A note for colleagues."""

    text = lines(_l("Note"), 4000, Required(_l("Write something first.")))


class PublishForm(CaseForm):
    """The corrected text and the notice, side by side."""

    seen_version = HiddenField()
    headline = line(_l("Headline"), 300, Required(_l("An article needs a headline.")))
    standfirst = lines(_l("Standfirst"), 1000)
    key_points = lines(_l("Key points"), 4000)
    body = lines(_l("Text"), 400_000, Required(_l("An article needs a text.")))
    kind = RadioField(_l("Kind"), choices=[], validate_choice=False)
    notice = lines(_l("Notice"), 2000, Required(_l("Say what was wrong and what is right.")))
    credit = line(_l("Credit"), 200)
    amends = SelectField(_l("Amends entry"), choices=[], validate_choice=False)

    def __init__(self, version: Version, entries: list[int], **options: Any) -> None:
        text = version.text
        super().__init__(
            seen_version=str(version.number),
            headline=text.headline,
            standfirst=text.standfirst,
            key_points="\n".join(text.key_points),
            body=text.body,
            **options,
        )
        self.kind.choices = [(kind.value, _(kind.label)) for kind in CorrectionKind]
        self.amends.choices = [("", _("None")), *((str(n), str(n)) for n in entries)]

    def validate_kind(self, field: RadioField) -> None:
        """Demand one of the kinds."""
        if field.data not in list(CorrectionKind):
            field.errors = [_("Choose the kind of correction.")]
