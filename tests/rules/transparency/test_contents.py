"""What the leaves say is checked to the letter, and against the bodies beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785

from app.rules.transparency.contents import Broken, Contents
from app.rules.transparency.leaves import (
    LeafType,
    commitment,
    correction_leaf,
    redaction_leaf,
    version_leaf,
)
from app.rules.transparency.redactions import RedactionReason

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
SALT = b"\1" * 32


def version(number: int = 1, **changes: Any) -> tuple[bytes, dict[str, Any]]:
    """Return a version's leaf and what stands beside it; ``changes`` are the body's."""
    body = {"article": "4", "version": number, "text": {"headline": "A port"}} | changes
    made = commitment(LeafType.VERSION, SALT, body)
    leaf = version_leaf(at=AT, article="4", version=number, reason="published", body=made)
    return leaf, {"salt": SALT.hex(), "body": body}


def correction(kind: str = "correction", **changes: Any) -> tuple[bytes, dict[str, Any]]:
    """Return an entry's leaf and what stands beside it."""
    body = {"article": "4", "number": 1, "notice": "It has ten.", "withholds": False} | changes
    made = commitment(LeafType.CORRECTION, SALT, body)
    leaf = correction_leaf(
        at=AT,
        number=1,
        article="4",
        kind=kind,
        from_version=1,
        to_version=1,
        amends=None,
        body=made,
    )
    return leaf, {"salt": SALT.hex(), "body": body}


def problem(*pairs: tuple[bytes, Mapping[str, Any] | None]) -> str:
    """Return what is wrong with a log of some leaves with what stands beside them."""
    files = {f"bodies/{n}": json.dumps(beside).encode() for n, (_, beside) in enumerate(pairs)}
    contents = Contents(files.get)
    try:
        for index, (entry, _beside) in enumerate(pairs):
            contents.take(index, entry)
        contents.finish()
    except Broken as found:
        return str(found)
    return ""


def redaction(target: int) -> tuple[bytes, None]:
    """Return the leaf that redacts another."""
    return redaction_leaf(at=AT, target=target, reason=RedactionReason.LEGAL), None


REDACTED = {"redacted": "legal", "redaction": 1}


def test_a_log_as_it_should_be_is_whole() -> None:
    gone = (version(2)[0], REDACTED | {"redaction": 3})

    assert problem(version(), gone, correction(), redaction(1)) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 9},
        {"v": True},
        {"at": "zzz"},
        {"at": "2026-11-24T12:00:00.5Z"},
        {"name": "Ana Example"},
        {"version": "1"},
        {"body": "AB" * 32},
        {"type": "opinion"},
    ],
)
def test_a_leaf_of_another_form_is_none(changes: dict[str, Any]) -> None:
    leaf = json.loads(version()[0]) | changes

    assert problem((rfc8785.dumps(leaf), None)).startswith("Leaf 0: this is no leaf")


def test_a_leaf_has_one_way_to_be_written() -> None:
    leaf, beside = version()

    spaced = json.dumps(json.loads(leaf)).encode()

    assert problem((spaced, beside)).startswith("Leaf 0: this is no leaf")


def test_a_leaf_without_a_part_is_none() -> None:
    leaf = json.loads(version()[0])
    del leaf["version"]

    assert problem((rfc8785.dumps(leaf), None)).startswith("Leaf 0: this is no leaf")


@pytest.mark.parametrize("changes", [{"article": "999"}, {"version": 7}])
def test_a_body_is_about_what_its_leaf_is_about(changes: dict[str, Any]) -> None:
    assert problem(version(**changes)).startswith("Leaf 0: its body speaks of another")


def test_a_version_is_there_once() -> None:
    assert problem(version(), version(text="another")) == (
        "Leaf 1: what it is about is in the log already"
    )
    assert problem(correction(), correction(notice="Another")) == (
        "Leaf 1: what it is about is in the log already"
    )


def test_a_salt_has_32_bytes() -> None:
    body = {"article": "4", "version": 1}
    made = commitment(LeafType.VERSION, b"", body)
    leaf = version_leaf(at=AT, article="4", version=1, reason="published", body=made)

    assert "not the one that the leaf commits to" in problem((leaf, {"salt": "", "body": body}))


def test_what_is_gone_needs_a_redaction_and_what_is_redacted_has_to_be_gone() -> None:
    leaf, beside = version()

    assert "no redaction in the log says why" in problem((leaf, REDACTED))
    assert problem((leaf, REDACTED), redaction(0)) == ""
    assert problem((leaf, beside), redaction(0)) == "Leaf 0: it is redacted, and its body is there"
    assert "does not come before it" in problem(redaction(0))


def test_only_a_retraction_that_withholds_explains_what_is_withheld() -> None:
    withheld = (version()[0], {"withheld": 1})

    assert problem(withheld, correction("retraction", withholds=True)) == ""
    assert "no retraction in the log says why" in problem(withheld, correction("retraction"))
    assert "no retraction in the log says why" in problem(withheld, correction(withholds=True))
    assert "cannot be read" in problem((correction()[0], {"withheld": 1}))
