"""The publish workspace's form: the corrected text, and the notice beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from app.models import Case, Version
from app.rules.kinds import CorrectionKind
from app.web.forms.desk import CaseForm
from app.web.forms.fields import Required, line, lines, web_addresses
from app.web.pagination import whole_number

_AS_IT_IS = (
    *("headline", "standfirst", "body", "section", "image_caption", "image_alt"),
    *("source_name", "source_url", "ai_disclosure"),
)
"""The parts of a version that a field shows as they are; the others are lists."""


class PublishForm(CaseForm):
    """Everything that an article says, and what is declared of its change."""

    seen_version = HiddenField()
    headline = line(_l("Headline"), 300, Required(_l("An article needs a headline.")))
    standfirst = lines(_l("Standfirst"), 1000)
    key_points = lines(_l("Key points"), 4000)
    body = lines(_l("Text"), 400_000, Required(_l("An article needs a text.")))
    byline = lines(_l("Byline"), 1000)
    section = line(_l("Section"), 80)
    image_caption = lines(_l("Caption of the picture"), 1000)
    image_alt = lines(_l("Description of the picture"), 1000)
    source_name = line(_l("Name of the source"), 200)
    source_url = line(_l("Address of the source"), 2000, web_addresses(1))
    ai_disclosure = lines(_l("How AI was used"), 4000)
    kind = RadioField(_l("Kind"), choices=[], validate_choice=False)
    withholds = BooleanField(_l("Withhold what stood here before, too"))
    notice = lines(_l("Notice"), 2000, Required(_l("Say what was wrong and what is right.")))
    credit = line(_l("Credit"), 200)
    amends = SelectField(_l("Amends entry"), choices=[], validate_choice=False)
    also = SelectMultipleField(
        _l("Resolves these cases as well"),
        choices=[],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def __init__(
        self, version: Version, entries: Sequence[int], agreed: Sequence[Case] = (), **options: Any
    ) -> None:
        text = version.text
        super().__init__(
            seen_version=str(version.number),
            key_points="\n".join(text.key_points),
            byline="\n".join(text.byline),
            **{name: getattr(text, name) for name in _AS_IT_IS},
            **options,
        )
        self.kind.choices = [(kind.value, _(kind.label)) for kind in CorrectionKind]
        self.amends.choices = [("", _("None")), *((str(n), str(n)) for n in entries)]
        self.also.choices = [
            (f"{case.id}.{case.version}", f"{case.reference}, {_(case.kind.label)}")
            for case in agreed
        ]

    def validate_kind(self, field: RadioField) -> None:
        """Demand one of the kinds."""
        if field.data not in list(CorrectionKind):
            field.errors = [_("Choose the kind of correction.")]

    def also_seen(self) -> Iterator[tuple[int, int]]:
        """Yield the further cases that were ticked, each with the version that was seen of it."""
        for ticked in self.also.data or ():
            case_id, _dot, seen = ticked.partition(".")
            yield whole_number(case_id) or 0, whole_number(seen) or 0
