"""The transparency log: leaves, hashes, checkpoints, cosignatures and redactions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_REASONS = ("personal-data", "legal", "safety")
_STATES = ("waiting", "delivered", "parked")


def upgrade() -> None:
    op.create_table(
        "log_leaves",
        sa.Column("leaf_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("correction_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_log_leaves_version_id_versions")
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"],
            ["corrections.id"],
            name=op.f("fk_log_leaves_correction_id_corrections"),
        ),
        sa.PrimaryKeyConstraint("leaf_index", name=op.f("pk_log_leaves")),
        sa.UniqueConstraint("version_id", name=op.f("uq_log_leaves_version_id")),
        sa.UniqueConstraint("correction_id", name=op.f("uq_log_leaves_correction_id")),
    )
    op.create_table(
        "log_salts",
        sa.Column("leaf_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["leaf_index"],
            ["log_leaves.leaf_index"],
            name=op.f("fk_log_salts_leaf_index_log_leaves"),
        ),
        sa.PrimaryKeyConstraint("leaf_index", name=op.f("pk_log_salts")),
    )
    op.create_table(
        "log_nodes",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_log_nodes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log_checkpoints",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoints")),
    )
    op.create_table(
        "log_cosignatures",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("witness", sa.String(length=200), nullable=False),
        sa.Column("line", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["size"],
            ["log_checkpoints.size"],
            name=op.f("fk_log_cosignatures_size_log_checkpoints"),
        ),
        sa.PrimaryKeyConstraint("size", "witness", name=op.f("pk_log_cosignatures")),
    )
    op.create_table(
        "redactions",
        sa.Column("target", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=False),
        sa.Column("reason", _choice(_REASONS, "reason"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["target"], ["log_leaves.leaf_index"], name=op.f("fk_redactions_target_log_leaves")
        ),
        sa.ForeignKeyConstraint(
            ["leaf_index"],
            ["log_leaves.leaf_index"],
            name=op.f("fk_redactions_leaf_index_log_leaves"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_redactions_by_id_staff")),
        sa.PrimaryKeyConstraint("target", name=op.f("pk_redactions")),
        sa.UniqueConstraint("leaf_index", name=op.f("uq_redactions_leaf_index")),
    )
    op.create_table(
        "cosignings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("witness", sa.String(length=200), nullable=False),
        sa.Column("state", _choice(_STATES, "state"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cosignings")),
    )
    op.create_index("ix_cosignings_due", "cosignings", ["state", "next_try_at", "id"])
    op.create_index("ix_cosignings_witness", "cosignings", ["witness", "state"])


def downgrade() -> None:
    for table in (
        "cosignings",
        "redactions",
        "log_cosignatures",
        "log_checkpoints",
        "log_nodes",
        "log_salts",
        "log_leaves",
    ):
        op.drop_table(table)


def _choice(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
