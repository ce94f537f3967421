"""What may be sent, and what comes back, as marshmallow reads and describes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from app.web.pagination import LARGEST

_SCALARS: Mapping[Any, type[fields.Field[Any]]] = {
    str: fields.String,
    int: fields.Integer,
    bool: fields.Boolean,
}


class Body(Schema):
    """What is sent as JSON: what nobody asked for is refused, not passed over."""

    class Meta:
        """Says so to marshmallow, and in the description."""

        unknown = RAISE


class Nothing(Body):
    """An action that needs nothing more said."""


class Fits(validate.Regexp):
    """Demands that the whole of a text fits a pattern, the end of its last line included."""

    def __init__(self, pattern: str, error: str) -> None:
        super().__init__(f"^{pattern}$", error=error)
        self.whole = re.compile(pattern)

    def __call__(self, value: str) -> str:  # type: ignore[override] # bytes are never given
        """Raise where it does not."""
        if not self.whole.fullmatch(value):
            raise ValidationError(str(self.error))
        return value


class Truth(fields.Boolean):
    """True or false, and no word for it."""

    truthy = {True}  # noqa: RUF012 - marshmallow reads it so
    falsy = {False}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class WholeNumber(fields.Integer):
    """A whole number in an address, in plain digits."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        if not isinstance(value, str) or not re.fullmatch("[0-9]{1,9}", value):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **options)


class Number(fields.Integer):
    """A whole number of a JSON body: a text that holds one is none."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


_ODD = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]"


def _without_odd(value: str) -> None:
    """Refuse control characters and halves of characters: no database holds them."""
    if re.search(_ODD, value):
        raise ValidationError("It holds a character that cannot be shown or stored.")


def _said(value: str) -> None:
    if not value.strip():
        raise ValidationError("Say something.")


def text(most: int, **options: Any) -> fields.String:
    """Return a field for a text of at most ``most`` characters; required unless it has a default.

    One that is required says something.
    """
    is_required = "load_default" not in options
    length = validate.Length(min=1 if is_required else 0, max=most)
    checks: list[Callable[[str], object]] = [length, _without_odd]
    if is_required:
        checks.append(_said)
    return fields.String(required=is_required, validate=checks, **options)


def number(**options: Any) -> Number:
    """Return a field for a whole number of a JSON body."""
    within = validate.Range(0, LARGEST)
    return Number(required="load_default" not in options, validate=within, **options)


@cache
def schema_of(shape: type) -> type[Schema]:
    """Return the schema of a ``TypedDict``, so that no shape is written down twice."""
    parts: dict[str, Any] = {name: _field(hint) for name, hint in get_type_hints(shape).items()}
    about = (shape.__doc__ or "").partition("\n\n")[0]
    parts["Meta"] = type("Meta", (), {"description": about})
    return type(shape.__name__, (Schema,), parts)


def _field(hint: Any, **options: Any) -> fields.Field[Any]:
    """Return the field of one part of a shape."""
    if get_origin(hint) is UnionType:
        (inner,) = (part for part in get_args(hint) if part is not NoneType)
        return _field(inner, allow_none=True)
    if get_origin(hint) is list:
        return fields.List(_field(get_args(hint)[0]), required=True, **options)
    if get_origin(hint) is Literal:
        return fields.String(required=True, validate=validate.OneOf(get_args(hint)), **options)
    if is_typeddict(hint):
        return fields.Nested(schema_of(hint), required=True, **options)
    return _SCALARS[hint](required=True, **options)
