"""The form by which an access token is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from app.rules.passwords import LONGEST_PASSWORD
from app.rules.scopes import Scope
from app.web.forms.base import Form
from app.web.forms.fields import AtMost, Required, line


class TokenForm(Form):
    """What a token is for, how long it lasts, and that it is really this person who makes it."""

    name = line(_l("What is it for?"), 100, Required(_l("Give it a name to know it again by.")))
    scopes = SelectMultipleField(
        _l("What may it do?"),
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[Required(_l("Choose at least one."))],
    )
    lasts = RadioField(_l("How long is it good for?"), choices=[], default="90")
    proof = PasswordField(
        _l("Your password"),
        validators=[Required(_l("Enter your present password.")), AtMost(LONGEST_PASSWORD)],
    )

    def __init__(self, scopes: Sequence[Scope], **options: Any) -> None:
        super().__init__(**options)
        self.scopes.choices = [(scope.value, _(scope.label)) for scope in scopes]
        self.lasts.choices = [("30", _("30 days")), ("90", _("90 days")), ("365", _("One year"))]
