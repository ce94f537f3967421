"""Fields that refuse what no database holds, and say how long a text may be."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from wtforms import Field, Form, StringField, TextAreaField, ValidationError
from wtforms.validators import StopValidation

_LINE_BREAKS = "\n\t"


def tidy(text: str | None) -> str:
    """Return ``text`` without spaces around it and with one kind of line break."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


class Characters:
    """Refuses control characters and halves of characters, which are typing accidents."""

    def __init__(self, *, is_one_line: bool) -> None:
        self.kept = "" if is_one_line else _LINE_BREAKS

    def __call__(self, _form: Form, field: Field) -> None:
        """Raise where the field holds a character that cannot be shown or stored."""
        for position, character in enumerate(field.data or "", start=1):
            is_odd = unicodedata.category(character) in ("Cc", "Cs")
            if is_odd and character not in self.kept:
                raise StopValidation(
                    _("Character %(number)d cannot be used: delete it.", number=position)
                )


class Required:
    """Demands a text; the sentence is the field's own."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads it so

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: Form, field: Field) -> None:
        """Raise where nothing is filled in."""
        if not field.data:
            raise StopValidation(str(self.message))


class AtMost:
    """Limits a text's length, in characters."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.field_flags = {"limit": limit}

    def __call__(self, _form: Form, field: Field) -> None:
        """Raise where the text is too long, and say by how much."""
        excess = len(field.data or "") - self.limit
        if excess > 0:
            raise ValidationError(
                _(
                    "At most %(limit)d characters: this is %(excess)d too many.",
                    limit=self.limit,
                    excess=excess,
                )
            )


def line(label: str, limit: int, *more: Callable[[Any, Any], None], **options: Any) -> StringField:
    """Return a field for one line of text."""
    checks = [*more, Characters(is_one_line=True), AtMost(limit)]
    return StringField(label, filters=[tidy], validators=checks, **options)


def lines(
    label: str, limit: int, *more: Callable[[Any, Any], None], **options: Any
) -> TextAreaField:
    """Return a field for a longer text."""
    checks = [*more, Characters(is_one_line=False), AtMost(limit)]
    return TextAreaField(label, filters=[tidy], validators=checks, **options)


def address(_form: Form, field: Field) -> None:
    """Demand one whole e-mail address where anything is given."""
    if not field.data:
        return
    if "@" not in field.data:
        raise ValidationError(_("Your e-mail address has no @ in it."))
    if not is_mail_address(field.data):
        raise ValidationError(_("Write one whole address, such as name@example.org."))


def is_mail_address(text: str) -> bool:
    """Say whether ``text`` is one whole e-mail address."""
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def web_addresses(limit: int) -> Callable[[Form, Field], None]:
    """Demand web addresses, one on each line and at most ``limit`` of them."""

    def check(_form: Form, field: Field) -> None:
        links = split_lines(field.data)
        if len(links) > limit:
            raise ValidationError(_("At most %(limit)d links, please.", limit=limit))
        for link in links:
            if not is_web_address(link):
                raise ValidationError(
                    _("“%(link)s” is no web address: begin with https://", link=link[:80])
                )

    return check


def is_web_address(text: str) -> bool:
    """Say whether ``text`` is an address on the web, with a scheme and a host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_whole = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    return is_whole and not any(character.isspace() for character in text)


def split_lines(text: str | None) -> Sequence[str]:
    """Return the lines of a text that are not empty."""
    return [part.strip() for part in (text or "").splitlines() if part.strip()]
