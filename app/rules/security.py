"""What the audit of the desk's security tells apart."""

from __future__ import annotations

from enum import StrEnum

from app.rules.marks import N_


class SecurityEventKind(StrEnum):
    """Something that happened to an account; the values are kept in the database."""

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    INVITED = "invited"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    JOINED = "joined"
    NAME_CHANGED = "name_changed"
    ROLE_CHANGED = "role_changed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an event
    APP_ADDED = "app_added"
    APP_REMOVED = "app_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    TOKEN_MADE = "token_made"  # noqa: S105 - the name of an event
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of an event

    @property
    def label(self) -> str:
        """What happened, in the desk's words."""
        return _LABELS[self]


_LABELS = {
    SecurityEventKind.SIGNED_IN: N_("Signed in"),
    SecurityEventKind.SIGN_IN_REFUSED: N_("Sign-in refused"),
    SecurityEventKind.SIGNED_OUT: N_("Signed out"),
    SecurityEventKind.SIGNED_OUT_EVERYWHERE: N_("Signed out everywhere"),
    SecurityEventKind.INVITED: N_("Invited"),
    SecurityEventKind.INVITATION_WITHDRAWN: N_("Invitation withdrawn"),
    SecurityEventKind.JOINED: N_("Joined"),
    SecurityEventKind.NAME_CHANGED: N_("Name changed"),
    SecurityEventKind.ROLE_CHANGED: N_("Role changed"),
    SecurityEventKind.DISABLED: N_("Disabled"),
    SecurityEventKind.ENABLED: N_("Enabled again"),
    SecurityEventKind.PASSWORD_CHANGED: N_("Password changed"),
    SecurityEventKind.APP_ADDED: N_("Authenticator app added"),
    SecurityEventKind.APP_REMOVED: N_("Authenticator app removed"),
    SecurityEventKind.RECOVERY_CODES_MADE: N_("Recovery codes made"),
    SecurityEventKind.RECOVERY_CODE_USED: N_("Recovery code used"),
    SecurityEventKind.PASSKEY_ADDED: N_("Passkey added"),
    SecurityEventKind.PASSKEY_REMOVED: N_("Passkey removed"),
    SecurityEventKind.TOKEN_MADE: N_("Access token made"),
    SecurityEventKind.TOKEN_REVOKED: N_("Access token revoked"),
}
