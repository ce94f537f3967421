"""Forms for signing in, for one's own account, and for the people of the desk."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, SelectField

from app.rules.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD
from app.rules.permissions import Role
from app.web.forms.base import Form
from app.web.forms.fields import AtMost, Required, address, line

_LONGEST_ANSWER = 20_000
"""Characters of what a browser says about a passkey; a thousand or two are usual."""


def _new_password(label: str) -> PasswordField:
    return PasswordField(
        label,
        validators=[Required(_l("Enter a new password.")), AtMost(LONGEST_PASSWORD)],
        description=_l("At least %(number)d characters.", number=SHORTEST_PASSWORD),
    )


class SignInForm(Form):
    """Who somebody is, and what only they know."""

    email = line(_l("E-mail address"), 320, Required(_l("Enter your e-mail address.")))
    password = PasswordField(
        _l("Password"),
        validators=[Required(_l("Enter your password.")), AtMost(LONGEST_PASSWORD)],
    )


class PasskeyForm(Form):
    """What a browser answers when it is asked for a passkey."""

    passkey = HiddenField(validators=[AtMost(_LONGEST_ANSWER)])


class SecondFactorForm(PasskeyForm):
    """What somebody has, besides the password: a code, or a passkey."""

    code = line(_l("Code"), 100)


class PasswordForm(Form):
    """One's own new password."""

    old = PasswordField(
        _l("Present password"), validators=[Required(_l("Enter your present password."))]
    )
    new = _new_password(_l("New password"))


class NameForm(Form):
    """Somebody's name."""

    name = line(_l("Name"), 200, Required(_l("Enter a name.")))


class ProofForm(PasskeyForm):
    """Showing again who one is, by the password or a passkey."""

    proof = PasswordField(_l("Your password"), validators=[AtMost(LONGEST_PASSWORD)])


class AppForm(ProofForm):
    """A code that shows that an authenticator app is set up."""

    code = line(_l("Code that the app shows now"), 20, Required(_l("Enter the code.")))


class NewPasskeyForm(ProofForm):
    """A passkey that the browser has just made, with a name."""

    name = line(_l("Name of the passkey"), 100, Required(_l("Give it a name.")))
    made = HiddenField(
        validators=[
            Required(_l("Your browser made no passkey: this needs JavaScript.")),
            AtMost(_LONGEST_ANSWER),
        ]
    )


class _WithRole(Form):
    """A form in which a role is chosen."""

    role = SelectField(_l("Role"), choices=[], default=Role.TRIAGER.value)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.role.choices = [(role.value, _(role.label)) for role in Role]


class InvitationForm(_WithRole):
    """Whom to invite to the desk."""

    email = line(_l("E-mail address"), 254, Required(_l("Enter an e-mail address.")), address)
    name = line(_l("Name"), 200, Required(_l("Enter the person's name.")))


class RoleForm(_WithRole):
    """Somebody's new role, and the one that was shown."""

    seen = HiddenField()


class JoinForm(Form):
    """What somebody chooses who joins the desk."""

    name = line(_l("Your name"), 200, Required(_l("Enter your name.")))
    password = _new_password(_l("Password"))
