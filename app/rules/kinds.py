"""The kinds that reports, corrections, decisions and versions come in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.rules.marks import N_


class ProblemKind(StrEnum):
    """What kind of problem a reader reports."""

    FACTUAL = "factual"
    NAME_NUMBER_DATE = "name_number_date"
    QUOTE = "quote"
    HEADLINE_PHOTO = "headline_photo"
    CONTEXT = "context"
    TYPO = "typo"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The kind as the form offers it."""
        return _PROBLEM_LABELS[self]


_PROBLEM_LABELS = {
    ProblemKind.FACTUAL: N_("Factual error"),
    ProblemKind.NAME_NUMBER_DATE: N_("Name, number or date"),
    ProblemKind.QUOTE: N_("Quote or attribution"),
    ProblemKind.HEADLINE_PHOTO: N_("Headline, photo or caption"),
    ProblemKind.CONTEXT: N_("Missing context"),
    ProblemKind.TYPO: N_("Typo or broken link"),
    ProblemKind.OTHER: N_("Something else"),
}


class Route(StrEnum):
    """What readers send through the form that is no error, and goes somewhere else."""

    OPINION = "opinion"
    COMPLAINT = "complaint"
    REMOVAL = "removal"
    QUESTION = "question"

    @property
    def label(self) -> str:
        """The matter as the form offers it."""
        return _ROUTE_LABELS[self]


_ROUTE_LABELS = {
    Route.OPINION: N_("I disagree with a view"),
    Route.COMPLAINT: N_("A complaint about the coverage"),
    Route.REMOVAL: N_("Something to be taken down, or a legal matter"),
    Route.QUESTION: N_("A question"),
}


class Placement(StrEnum):
    """Where an article shows the notice of a correction."""

    ABOVE = "above"
    BELOW = "below"
    LOG_ONLY = "log_only"


class CorrectionKind(StrEnum):
    """What an entry of the correction log is."""

    CORRECTION = "correction"
    CLARIFICATION = "clarification"
    EDITORS_NOTE = "editors_note"
    RETRACTION = "retraction"
    UPDATE = "update"
    MINOR = "minor"

    @property
    def label(self) -> str:
        """The kind as readers and editors see it."""
        return _CORRECTIONS[self].label

    @property
    def when(self) -> str:
        """When the policy calls for this kind."""
        return _CORRECTIONS[self].when

    @property
    def placement(self) -> Placement:
        """Where the article shows the notice."""
        return _CORRECTIONS[self].placement


@dataclass(frozen=True, slots=True)
class _Kind:
    label: str
    when: str
    placement: Placement


_CORRECTIONS = {
    CorrectionKind.CORRECTION: _Kind(
        N_("Correction"), N_("a published fact was wrong"), Placement.ABOVE
    ),
    CorrectionKind.CLARIFICATION: _Kind(
        N_("Clarification"), N_("right, but likely to mislead"), Placement.ABOVE
    ),
    CorrectionKind.EDITORS_NOTE: _Kind(
        N_("Editor’s note"),
        N_("a serious lapse of fairness, balance or process"),
        Placement.ABOVE,
    ),
    CorrectionKind.RETRACTION: _Kind(
        N_("Retraction"), N_("so flawed that correcting cannot save it"), Placement.ABOVE
    ),
    CorrectionKind.UPDATE: _Kind(
        N_("Update"), N_("new facts; the earlier text was right when published"), Placement.BELOW
    ),
    CorrectionKind.MINOR: _Kind(
        N_("Minor"), N_("spelling, grammar or a link; no change of meaning"), Placement.LOG_ONLY
    ),
}


class VersionReason(StrEnum):
    """Why a version exists: the declaration that comes with every public text."""

    PUBLISHED = "published"
    IMPORTED = "imported"
    CORRECTION = "correction"
    UPDATE = "update"
    MINOR = "minor"

    @property
    def label(self) -> str:
        """The reason as the version history shows it."""
        return _REASON_LABELS[self]


_REASON_LABELS = {
    VersionReason.PUBLISHED: N_("Published"),
    VersionReason.IMPORTED: N_("Published, imported from elsewhere"),
    VersionReason.CORRECTION: N_("Correction"),
    VersionReason.UPDATE: N_("Update"),
    VersionReason.MINOR: N_("Minor edit"),
}


def version_reason(kind: CorrectionKind) -> VersionReason:
    """Return the reason of a version that a correction of ``kind`` brings about."""
    if kind is CorrectionKind.UPDATE:
        return VersionReason.UPDATE
    if kind is CorrectionKind.MINOR:
        return VersionReason.MINOR
    return VersionReason.CORRECTION


class DeclineReason(StrEnum):
    """Why a report is declined."""

    ACCURATE = "accurate"
    ALREADY_CORRECTED = "already_corrected"
    TRUE_WHEN_PUBLISHED = "true_when_published"
    OPINION = "opinion"
    EDITORIAL_CHOICE = "editorial_choice"
    UNVERIFIABLE = "unverifiable"
    NOT_ENOUGH_INFORMATION = "not_enough_information"
    NOT_OURS = "not_ours"
    NOT_THIS_ARTICLE = "not_this_article"
    RIGHTS_REQUEST = "rights_request"
    ABUSE = "abuse"

    @property
    def label(self) -> str:
        """The reason as staff and readers see it."""
        return _DECLINES[self][0]

    @property
    def requires(self) -> str:
        """What has to be stated with this reason; empty when nothing has."""
        return _DECLINES[self][1]


_DECLINES = {
    DeclineReason.ACCURATE: (N_("Accurate as published"), N_("the source that was checked")),
    DeclineReason.ALREADY_CORRECTED: (
        N_("Already corrected"),
        N_("the number of the entry that corrected it"),
    ),
    DeclineReason.TRUE_WHEN_PUBLISHED: (N_("True when published"), ""),
    DeclineReason.OPINION: (N_("Opinion or interpretation"), ""),
    DeclineReason.EDITORIAL_CHOICE: (N_("Editorial choice"), ""),
    DeclineReason.UNVERIFIABLE: (N_("Cannot be verified"), N_("what would change that")),
    DeclineReason.NOT_ENOUGH_INFORMATION: (N_("Not enough information"), ""),
    DeclineReason.NOT_OURS: (N_("Not our content"), N_("where to go instead")),
    DeclineReason.NOT_THIS_ARTICLE: (N_("Not about this article"), ""),
    DeclineReason.RIGHTS_REQUEST: (N_("Rights or removal request"), ""),
    DeclineReason.ABUSE: (N_("Abusive or spam"), ""),
}
