"""Forms for signing in and for one's own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField

from app.services.staff import LONGEST_PASSWORD, SHORTEST_PASSWORD
from app.web.forms.base import Form
from app.web.forms.fields import AtMost, Required, line


class SignInForm(Form):
    """Who somebody is, and what only they know."""

    email = line(_l("E-mail address"), 320, Required(_l("Enter your e-mail address.")))
    password = PasswordField(
        _l("Password"),
        validators=[Required(_l("Enter your password.")), AtMost(LONGEST_PASSWORD)],
    )


class PasswordForm(Form):
    """One's own new password."""

    old = PasswordField(
        _l("Present password"), validators=[Required(_l("Enter your present password."))]
    )
    new = PasswordField(
        _l("New password"),
        validators=[Required(_l("Enter a new password.")), AtMost(LONGEST_PASSWORD)],
        description=_l("At least %(number)d characters.", number=SHORTEST_PASSWORD),
    )
