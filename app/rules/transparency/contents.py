"""What the leaves of a log say, checked one after the other with the bodies beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.rules.transparency.leaves import SALT_BYTES, LeafType, commitment, read_leaf

Read = Callable[[str], bytes | None]
"""Returns the file at an address below ``log/``, or ``None`` where there is none."""

_FACTS = {LeafType.VERSION: ("article", "version"), LeafType.CORRECTION: ("article", "number")}
"""What stands both in a leaf and in its body."""


class Broken(Exception):
    """The log is not what it says; ``leaf`` is the first leaf that shows it, where one does."""

    def __init__(self, why: str, leaf: int | None = None) -> None:
        super().__init__(why if leaf is None else f"Leaf {leaf}: {why}")
        self.leaf = leaf


@dataclass(slots=True)
class Contents:
    """What was seen so far; memory grows with the number of versions and entries."""

    read: Read
    with_bodies: bool = True
    withheld: dict[int, str] = field(default_factory=dict)
    """The leaves whose body a retraction withholds, each with its article."""

    _gone: set[int] = field(default_factory=set)
    _redacted: set[int] = field(default_factory=set)
    _retracted: set[str] = field(default_factory=set)
    _seen: set[tuple[str, int]] = field(default_factory=set)
    _last_at: str = ""

    def take(self, index: int, entry: bytes) -> None:
        """Check a leaf's form, that it comes in time and once, and its body; raise ``Broken``."""
        try:
            leaf = read_leaf(entry)
        except ValueError as problem:
            raise Broken(f"this is no leaf of a correction log: {problem}", index) from None
        if leaf["at"] < self._last_at:
            raise Broken(f"its time, {leaf['at']}, is before that of the leaf before", index)
        self._last_at = leaf["at"]
        if leaf["type"] == LeafType.REDACTION:
            self._redaction(index, leaf["target"])
            return
        named = self._name(leaf)
        if named in self._seen:
            raise Broken("what it is about is in the log already", index)
        self._seen.add(named)
        if self.with_bodies:
            self._body(index, leaf)

    def finish(self) -> None:
        """Check that what is not there any more is explained by the log; raise ``Broken``."""
        for index in sorted(self._gone - self._redacted):
            raise Broken("its body is gone, and no redaction in the log says why", index)
        for index in sorted(self._redacted if self.with_bodies else ()):
            if "redacted" not in (_object(self.read(f"bodies/{index}")) or {}):
                raise Broken("it is redacted, and its body is there", index)
        for index, article in self.withheld.items():
            if article not in self._retracted:
                raise Broken("its body is withheld, and no retraction in the log says why", index)

    def _redaction(self, index: int, target: int) -> None:
        if not 0 <= target < index:
            raise Broken("it redacts a leaf that does not come before it", index)
        self._redacted.add(target)

    @staticmethod
    def _name(leaf: Mapping[str, Any]) -> tuple[str, int]:
        if leaf["type"] == LeafType.VERSION:
            return str(leaf["article"]), int(leaf["version"])
        return "", int(leaf["number"])

    def _body(self, index: int, leaf: Mapping[str, Any]) -> None:
        data = self.read(f"bodies/{index}")
        if data is None:
            raise Broken(f"bodies/{index} is missing", index)
        beside = _object(data) or {}
        is_retraction = leaf.get("kind") == "retraction"
        if "redacted" in beside:
            self._gone.add(index)
            if is_retraction:  # what it withheld is not known any more
                self._retracted.add(leaf["article"])
        elif "withheld" in beside and leaf["type"] == LeafType.VERSION:
            self.withheld[index] = leaf["article"]
        else:
            body = refuse_body(index, leaf, beside)
            if is_retraction and body.get("withholds") is True:
                self._retracted.add(leaf["article"])


def refuse_body(index: int, leaf: Mapping[str, Any], beside: Mapping[str, Any]) -> dict[str, Any]:
    """Return a leaf's body; raise ``Broken`` unless salt and body are what it commits to."""
    kind = LeafType(leaf["type"])
    try:
        salt, body = bytes.fromhex(beside["salt"]), dict(beside["body"])
        made = commitment(kind, salt, body)
    except (KeyError, TypeError, ValueError):
        raise Broken("its body cannot be read", index) from None
    if made != leaf["body"] or len(salt) != SALT_BYTES:
        raise Broken("its body is not the one that the leaf commits to", index)
    for fact in _FACTS[kind]:
        if body.get(fact) != leaf[fact]:
            raise Broken(f"its body speaks of another {fact}", index)
    return body


def _object(data: bytes | None) -> dict[str, Any] | None:
    try:
        found = json.loads(data or b"")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
