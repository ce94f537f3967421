"""What a desk of several people needs: ranks, relations, explanations, people and their audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ACTIONS = (
    "claim release ask answer resume agree decline publish merge unmerge quarantine restore "
    "withdraw appeal reopen"
).split()
_NEW_ACTIONS = ["assign", "split", "relate", "unrelate", "undo"]

# When the desk first did anything with a case, and when it last agreed to it.
_FIRST_TOUCH = """
    UPDATE cases SET touched_at =
        (SELECT min(at) FROM case_events WHERE case_id = cases.id AND actor_id IS NOT NULL)
"""
_AGREEMENT = """
    UPDATE cases SET agreed_at =
        (SELECT max(at) FROM case_events WHERE case_id = cases.id AND action = 'agree')
"""


def _permit_actions(actions: list[str]) -> None:
    name, listed = op.f("ck_case_events_action"), ", ".join(f"'{action}'" for action in actions)
    with op.batch_alter_table("case_events") as batch_op:
        batch_op.drop_constraint(name, type_="check")
        batch_op.create_check_constraint(name, f"action IN ({listed})")


def upgrade() -> None:
    op.create_table(
        "explanations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "accurate",
                "already_corrected",
                "true_when_published",
                "opinion",
                "editorial_choice",
                "unverifiable",
                "not_enough_information",
                "not_ours",
                "not_this_article",
                "rights_request",
                "abuse",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited_by_id", sa.Integer(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["edited_by_id"], ["staff.id"], name=op.f("fk_explanations_edited_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanations")),
        sa.UniqueConstraint("title", name=op.f("uq_explanations_title")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "triager",
                "editor",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["staff.id"], name=op.f("fk_invitations_invited_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("email", name=op.f("uq_invitations_email")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_passkeys_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkeys_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_recovery_codes_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_codes_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "security_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "signed_in",
                "sign_in_refused",
                "signed_out",
                "signed_out_everywhere",
                "invited",
                "invitation_withdrawn",
                "joined",
                "name_changed",
                "role_changed",
                "disabled",
                "enabled",
                "password_changed",
                "app_added",
                "app_removed",
                "recovery_codes_made",
                "recovery_code_used",
                "passkey_added",
                "passkey_removed",
                "token_made",
                "token_revoked",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["staff.id"], name=op.f("fk_security_events_actor_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["staff.id"], name=op.f("fk_security_events_subject_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_events")),
    )
    with op.batch_alter_table("security_events", schema=None) as batch_op:
        batch_op.create_index("ix_security_events_at", ["at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_security_events_subject_id"), ["subject_id"], unique=False
        )

    op.create_table(
        "case_relations",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("case_id < other_id", name=op.f("ck_case_relations_in_order")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_relations_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["cases.id"], name=op.f("fk_case_relations_other_id_cases")
        ),
        sa.PrimaryKeyConstraint("case_id", "other_id", name=op.f("pk_case_relations")),
    )
    with op.batch_alter_table("case_relations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_relations_other_id"), ["other_id"], unique=False)

    op.add_column("cases", sa.Column("rank_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE cases SET rank_at = due_at")
    for name in ("ix_cases_queue", "ix_cases_article_id", "ix_cases_claimed_by_id"):
        op.drop_index(name, "cases")
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(
            sa.Column("rank_reasons", sa.JSON(), server_default="[]", nullable=False)
        )
        batch_op.alter_column("rank_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.create_index("ix_cases_queue", ["status", "rank_at", "id", "due_at"])
        batch_op.create_index("ix_cases_decided", ["decided_at", "id"])
        batch_op.create_index("ix_cases_due", ["status", "due_at"])
        batch_op.create_index("ix_cases_opened", ["opened_at", "id"])
        batch_op.create_index("ix_cases_kind", ["kind", "status", "rank_at", "id"])
        of_article = ["article_id", "status", "rank_at", "id", "decided_at"]
        batch_op.create_index("ix_cases_article", of_article)
        batch_op.create_index("ix_cases_claimed", ["claimed_by_id", "status", "rank_at", "id"])
        batch_op.create_index("ix_cases_appealed", ["status", "appealed_at"])
        batch_op.create_index("ix_cases_outcome", ["status", "decided_at", "id"])
        batch_op.add_column(sa.Column("touched_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("claimed_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("before", sa.JSON(), nullable=True))
    op.execute(_FIRST_TOUCH)
    op.execute(_AGREEMENT)
    op.create_index("ix_reports_received", "reports", ["received_at", "case_id"])
    op.create_index("ix_reports_reporter", "reports", ["reporter_email"])
    op.create_index("ix_versions_place", "versions", ["article_id", "number", "section"])
    _permit_actions([*_ACTIONS, *_NEW_ACTIONS])

    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("uses_keys", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
        batch_op.add_column(sa.Column("totp_secret", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("totp_last_step", sa.Integer(), nullable=True))

    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("device", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("has_second_factor", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.drop_column("has_second_factor")
        batch_op.drop_column("device")
        batch_op.drop_column("last_seen_at")

    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_column("totp_last_step")
        batch_op.drop_column("totp_secret")
        batch_op.drop_column("uses_keys")

    _permit_actions(_ACTIONS)
    op.drop_index("ix_versions_place", "versions")
    op.drop_index("ix_reports_reporter", "reports")
    op.drop_index("ix_reports_received", "reports")
    for name in ("outcome", "appealed", "claimed", "article", "kind", "opened", "due", "decided"):
        op.drop_index(f"ix_cases_{name}", "cases")
    op.drop_index("ix_cases_queue", "cases")
    with op.batch_alter_table("cases") as batch_op:
        batch_op.drop_column("before")
        batch_op.drop_column("claimed_since")
        batch_op.drop_column("agreed_at")
        batch_op.drop_column("touched_at")
        batch_op.drop_column("rank_reasons")
        batch_op.drop_column("rank_at")
        batch_op.create_index("ix_cases_queue", ["status", "due_at", "id"])
        batch_op.create_index("ix_cases_article_id", ["article_id"])
        batch_op.create_index("ix_cases_claimed_by_id", ["claimed_by_id"])

    with op.batch_alter_table("case_relations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_relations_other_id"))

    op.drop_table("case_relations")
    with op.batch_alter_table("security_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_security_events_subject_id"))
        batch_op.drop_index("ix_security_events_at")

    op.drop_table("security_events")
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_codes_staff_id"))

    op.drop_table("recovery_codes")
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkeys_staff_id"))

    op.drop_table("passkeys")
    op.drop_table("invitations")
    op.drop_table("explanations")
