"""The form of somebody who wants to hear when an article is corrected."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.web.forms.base import Form
from app.web.forms.fields import Required, address, line


class FollowForm(Form):
    """The address that follows."""

    email = line(_l("Your e-mail address"), 254, Required(_l("Write your address.")), address)
