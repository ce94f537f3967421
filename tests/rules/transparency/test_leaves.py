"""Leaves: canonical, small, and without a word that could be anybody's."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

from app.rules.transparency.leaves import (
    LeafType,
    commitment,
    correction_leaf,
    redaction_leaf,
    version_leaf,
)
from app.rules.transparency.redactions import RedactionReason

AT = datetime(2026, 11, 24, 20, 0, 5, 999, tzinfo=timezone(timedelta(hours=8)))
BODY = "ab" * 32


def test_a_version_s_leaf_is_canonical_json() -> None:
    leaf = version_leaf(at=AT, article="a7", version=3, reason="update", body=BODY)

    assert leaf == (
        b'{"article":"a7","at":"2026-11-24T12:00:05Z","body":"' + BODY.encode() + b'",'
        b'"reason":"update","type":"version","v":1,"version":3}'
    )


def test_a_correction_s_leaf_names_what_it_amends_only_if_it_does() -> None:
    leaf = {
        amends: json.loads(
            correction_leaf(
                at=AT,
                number=5,
                article="a7",
                kind="correction",
                from_version=2,
                to_version=3,
                amends=amends,
                body=BODY,
            )
        )
        for amends in (None, 4)
    }

    assert "amends" not in leaf[None]
    assert leaf[4]["amends"] == 4
    assert (leaf[4]["from"], leaf[4]["to"], leaf[4]["number"]) == (2, 3, 5)


def test_a_redaction_s_leaf_says_which_and_why_alone() -> None:
    leaf = json.loads(redaction_leaf(at=AT, target=12, reason=RedactionReason.PERSONAL_DATA))

    assert leaf == {
        "type": "redaction",
        "v": 1,
        "at": "2026-11-24T12:00:05Z",
        "target": 12,
        "reason": "personal-data",
    }


def test_a_commitment_is_the_hash_that_the_specification_says() -> None:
    salt, body = bytes(32), {"notice": "Größe", "a": 1}

    found = commitment(LeafType.CORRECTION, salt, body)

    canonical = '{"a":1,"notice":"Größe"}'.encode()
    assert found == hashlib.sha256(b"corrigenda/correction/v1\n" + salt + canonical).hexdigest()
    assert found != commitment(LeafType.VERSION, salt, body)
    assert found != commitment(LeafType.CORRECTION, bytes([1]) + salt[1:], body)
    assert found != commitment(LeafType.CORRECTION, salt, {**body, "a": 2})


def test_times_are_utc() -> None:
    leaf = redaction_leaf(
        at=datetime(2026, 1, 1, tzinfo=UTC), target=0, reason=RedactionReason.LEGAL
    )

    assert b"2026-01-01T00:00:00Z" in leaf
