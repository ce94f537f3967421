"""What the search finds; the index of its words is made after the migrations have run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "findables",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_findables_article_id_articles")
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"],
            ["corrections.id"],
            name=op.f("fk_findables_correction_id_corrections"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findables")),
        sa.UniqueConstraint("correction_id", name=op.f("uq_findables_correction_id")),
    )
    op.create_index(
        "ix_findables_article",
        "findables",
        ["article_id"],
        unique=True,
        sqlite_where=sa.text("correction_id IS NULL"),
        postgresql_where=sa.text("correction_id IS NULL"),
    )


def downgrade() -> None:
    op.execute("DROP TABLE IF EXISTS findable_words")
    op.drop_table("findables")
