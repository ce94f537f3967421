"""Cases: one alleged error in one article, the unit of the desk's work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.article import Article
from app.models.base import Base, choice
from app.models.staff import Staff
from app.rules.impartiality import Decision
from app.rules.kinds import DeclineReason, ProblemKind
from app.rules.references import case_reference
from app.rules.workflow import UNDO_HOLDS, Action, CaseStatus

case_relations = Table(
    "case_relations",
    Base.metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("other_id", ForeignKey("cases.id"), primary_key=True, index=True),
    CheckConstraint("case_id < other_id", name="in_order"),
)
"""Cases that belong together, such as one error in several articles; each pair once."""


class Case(Base):
    """One alleged error; ``version`` counts its changes, so that a stale form is noticed.

    ``rank_at`` orders the queue: the due time, brought forward by what makes a case pressing.
    ``rank_reasons`` names what did; see ``rules/priority.py``. ``touched_at`` is when somebody
    at the desk first did anything with it. ``before`` keeps what the case was before its latest
    step, where that can be undone and no reader has seen it.
    """

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint("merged_into_id != id", name="not_merged_into_itself"),
        CheckConstraint("(claimed_by_id IS NULL) = (claimed_until IS NULL)", name="claim_is_whole"),
        # Of the queue: what a view or a filter is about, the state, and the order.
        Index("ix_cases_queue", "status", "rank_at", "id", "due_at"),
        Index("ix_cases_kind", "kind", "status", "rank_at", "id"),
        Index("ix_cases_article", "article_id", "status", "rank_at", "id", "decided_at"),
        Index("ix_cases_claimed", "claimed_by_id", "status", "rank_at", "id"),
        Index("ix_cases_appealed", "status", "appealed_at"),
        Index("ix_cases_outcome", "status", "decided_at", "id"),
        Index("ix_cases_due", "status", "due_at"),
        Index("ix_cases_decided", "decided_at", "id"),
        Index("ix_cases_opened", "opened_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    status: Mapped[CaseStatus] = mapped_column(choice(CaseStatus, "status"))
    kind: Mapped[ProblemKind] = mapped_column(choice(ProblemKind, "kind"))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    rank_at: Mapped[datetime]
    rank_reasons: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    claimed_until: Mapped[datetime | None]
    claimed_since: Mapped[datetime | None]
    touched_at: Mapped[datetime | None]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    agreed_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    decline_reason: Mapped[DeclineReason | None] = mapped_column(
        choice(DeclineReason, "decline_reason")
    )
    waiting_since: Mapped[datetime | None]
    appealed_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    article: Mapped[Article] = relationship(lazy="raise")
    claimed_by: Mapped[Staff | None] = relationship(
        foreign_keys=claimed_by_id, lazy="raise", viewonly=True
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it once

    def holder_at(self, at: datetime) -> int | None:
        """Return the number of who holds the case at ``at``, if anybody's claim has not ended."""
        is_live = self.claimed_until is not None and self.claimed_until > at
        return self.claimed_by_id if is_live else None

    def undoable_at(self, at: datetime) -> Action | None:
        """Return the case's latest step, if it can still be undone at ``at``."""
        if self.before is None:
            return None
        taken_at = datetime.fromisoformat(self.before["at"])
        is_fresh = taken_at <= at < taken_at + UNDO_HOLDS
        return Action(self.before["action"]) if is_fresh else None

    def settled_status(self, at: datetime) -> CaseStatus:
        """Return where the case stands as far as that cannot be undone any more."""
        if self.before is None or self.undoable_at(at) is None:
            return self.status
        return CaseStatus(self.before["status"])

    @property
    def decisions(self) -> tuple[Decision, Decision]:
        """Who decided the case last, and who agreed to it, each with the time; or nobody."""
        return (self.decided_by_id, self.decided_at), (self.agreed_by_id, self.agreed_at)

    @property
    def reference(self) -> str:
        """The case's reference, such as ``C-0404``."""
        return case_reference(self.id)
