"""The transparency log: leaves, the nodes above them, signed checkpoints, and what was redacted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, choice
from app.models.owed import Owed
from app.rules.transparency.redactions import RedactionReason


class LogLeaf(Base):
    """One entry of the log, never changed; ``index`` counts from 0.

    It is about a version, a correction, or, where it names neither, a redaction.
    """

    __tablename__ = "log_leaves"

    index: Mapped[int] = mapped_column(
        "leaf_index", BigInteger, primary_key=True, autoincrement=False
    )
    entry: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    version_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id"), unique=True)
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("corrections.id"), unique=True)


class LogSalt(Base):
    """The salt of a leaf's commitment, which goes when its body is redacted."""

    __tablename__ = "log_salts"

    leaf_index: Mapped[int] = mapped_column(
        ForeignKey("log_leaves.leaf_index"), primary_key=True, autoincrement=False
    )
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))


class LogNode(Base):
    """The hash of a complete node of the Merkle tree (RFC 6962), never changed.

    ``number`` is what ``rules/transparency/merkle.py:number_of`` makes of its place.
    """

    __tablename__ = "log_nodes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class LogCheckpoint(Base):
    """What the log committed to when it had ``size`` leaves, as a signed note; never changed."""

    __tablename__ = "log_checkpoints"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class LogCosignature(Base):
    """A witness's signature line under a checkpoint, never changed."""

    __tablename__ = "log_cosignatures"

    size: Mapped[int] = mapped_column(
        ForeignKey("log_checkpoints.size"), primary_key=True, autoincrement=False
    )
    witness: Mapped[str] = mapped_column(String(200), primary_key=True)
    line: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]


class Redaction(Base):
    """That the body of leaf ``target`` was taken away, and why; never changed."""

    __tablename__ = "redactions"

    target: Mapped[int] = mapped_column(
        ForeignKey("log_leaves.leaf_index"), primary_key=True, autoincrement=False
    )
    leaf_index: Mapped[int] = mapped_column(ForeignKey("log_leaves.leaf_index"), unique=True)
    reason: Mapped[RedactionReason] = mapped_column(choice(RedactionReason, "reason"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Cosigning(Owed, Base):
    """A witness that is owed the latest checkpoint, by the name in its key."""

    __tablename__ = "cosignings"
    __table_args__ = (
        Index("ix_cosignings_due", "state", "next_try_at", "id"),
        Index("ix_cosignings_witness", "witness", "state"),
    )

    witness: Mapped[str] = mapped_column(String(200))
