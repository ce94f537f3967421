"""The kinds are those of the policy: their names, their places and what they ask for."""

from __future__ import annotations

import pytest

from app.rules.kinds import (
    CorrectionKind,
    DeclineReason,
    Placement,
    ProblemKind,
    VersionReason,
    version_reason,
)

PLACES = {
    "Correction": Placement.ABOVE,
    "Clarification": Placement.ABOVE,
    "Editor’s note": Placement.ABOVE,
    "Retraction": Placement.ABOVE,
    "Update": Placement.BELOW,
    "Minor": Placement.LOG_ONLY,
}

DECLINES = {
    "Accurate as published": True,
    "Already corrected": True,
    "True when published": False,
    "Opinion or interpretation": False,
    "Editorial choice": False,
    "Cannot be verified": True,
    "Not enough information": False,
    "Not our content": True,
    "Not about this article": False,
    "Rights or removal request": False,
    "Abusive or spam": False,
}


def test_the_form_offers_the_seven_kinds_of_problem_in_their_order() -> None:
    offered = [kind.label for kind in ProblemKind]

    assert offered == [
        "Factual error",
        "Name, number or date",
        "Quote or attribution",
        "Headline, photo or caption",
        "Missing context",
        "Typo or broken link",
        "Something else",
    ]


@pytest.mark.parametrize("kind", CorrectionKind)
def test_a_correction_stands_where_its_kind_belongs(kind: CorrectionKind) -> None:
    expected = PLACES[kind.label]

    assert kind.placement is expected
    assert kind.when


def test_there_are_six_kinds_of_correction() -> None:
    assert [kind.label for kind in CorrectionKind] == list(PLACES)


@pytest.mark.parametrize("reason", DeclineReason)
def test_a_decline_asks_for_what_its_reason_requires(reason: DeclineReason) -> None:
    expected = DECLINES[reason.label]

    assert bool(reason.requires) is expected


def test_only_a_typo_and_moot_by_now_are_no_reasons_to_decline() -> None:
    offered = [reason.label for reason in DeclineReason]

    assert offered == list(DECLINES)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (CorrectionKind.CORRECTION, VersionReason.CORRECTION),
        (CorrectionKind.CLARIFICATION, VersionReason.CORRECTION),
        (CorrectionKind.EDITORS_NOTE, VersionReason.CORRECTION),
        (CorrectionKind.RETRACTION, VersionReason.CORRECTION),
        (CorrectionKind.UPDATE, VersionReason.UPDATE),
        (CorrectionKind.MINOR, VersionReason.MINOR),
    ],
)
def test_a_version_declares_the_kind_of_its_correction(
    kind: CorrectionKind, reason: VersionReason
) -> None:
    assert version_reason(kind) is reason


def test_every_reason_of_a_version_has_a_name_of_its_own() -> None:
    names = {reason.label for reason in VersionReason}

    assert len(names) == len(VersionReason)
