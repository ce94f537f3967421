"""Leaves: what the log says of a version, a correction or a redaction, and what it commits to.

A leaf holds opaque ids and a commitment, never a name or a text. Salt and body stand beside the
log, so that both can be taken away while every proof still holds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import rfc8785

from app.rules.transparency.redactions import RedactionReason

SALT_BYTES = 32

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)

Value = str | int | list[str] | None


class LeafType(StrEnum):
    """What a leaf is about."""

    VERSION = "version"
    CORRECTION = "correction"
    REDACTION = "redaction"


_PARTS: dict[LeafType, dict[str, type]] = {
    LeafType.VERSION: {"article": str, "version": int, "reason": str, "body": str},
    LeafType.CORRECTION: {
        "number": int,
        "article": str,
        "kind": str,
        "from": int,
        "to": int,
        "body": str,
    },
    LeafType.REDACTION: {"target": int, "reason": str},
}
_OPTIONAL = dict.fromkeys(LeafType, frozenset[str]()) | {LeafType.CORRECTION: frozenset({"amends"})}


def commitment(kind: LeafType, salt: bytes, body: Mapping[str, Any]) -> str:
    r"""Return what a leaf holds of a body: it can be checked, and not guessed without the salt.

    Hex of ``SHA256("corrigenda/<type>/v1\n" ‖ salt ‖ JCS(body))``; JCS is RFC 8785.
    """
    purpose = f"corrigenda/{kind.value}/v1\n".encode()
    return hashlib.sha256(purpose + salt + rfc8785.dumps(dict(body))).hexdigest()


def version_leaf(*, at: datetime, article: str, version: int, reason: str, body: str) -> bytes:
    """Return the leaf of a public version; ``article`` is its opaque id."""
    return _leaf(LeafType.VERSION, at, article=article, version=version, reason=reason, body=body)


def correction_leaf(
    *,
    at: datetime,
    number: int,
    article: str,
    kind: str,
    from_version: int,
    to_version: int,
    amends: int | None,
    body: str,
) -> bytes:
    """Return the leaf of an entry of the correction log."""
    about: dict[str, Any] = {"number": number, "article": article, "kind": kind}
    about |= {"from": from_version, "to": to_version, "body": body}
    if amends is not None:
        about["amends"] = amends
    return _leaf(LeafType.CORRECTION, at, **about)


def redaction_leaf(*, at: datetime, target: int, reason: RedactionReason) -> bytes:
    """Return the leaf that says that the body of leaf ``target`` was taken away."""
    return _leaf(LeafType.REDACTION, at, target=target, reason=reason.value)


def written(at: datetime) -> str:
    """Write a time as leaves do: UTC, with seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_leaf(entry: bytes) -> dict[str, Any]:
    """Read a leaf; raise ``ValueError`` where it is not of the one form that it may have."""
    try:
        leaf = json.loads(entry)
        kind = LeafType(leaf["type"])
        is_canonical = rfc8785.dumps(leaf) == entry
    except (KeyError, TypeError, ValueError):
        raise ValueError("it cannot be read") from None
    required = {"type": str, "v": int, "at": str} | _PARTS[kind]
    found = {name: type(value) for name, value in leaf.items() if name not in _OPTIONAL[kind]}
    if not is_canonical or found != required or leaf["v"] != 1:
        raise ValueError("it does not have the parts of its kind, in canonical JSON")
    if not _TIME.fullmatch(leaf["at"]) or not _HASH.fullmatch(leaf.get("body", "0" * 64)):
        raise ValueError("its time or its commitment is not written as it should be")
    return dict(leaf)


def _leaf(kind: LeafType, at: datetime, /, **about: Any) -> bytes:
    return rfc8785.dumps({"type": kind.value, "v": 1, "at": written(at), **about})
