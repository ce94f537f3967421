"""What a retraction withholds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    withholds = sa.Column("withholds", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("corrections", withholds)


def downgrade() -> None:
    with op.batch_alter_table("corrections") as batch_op:
        batch_op.drop_column("withholds")
