"""The tables: constraints and triggers here hold what must never be false."""

from __future__ import annotations

from sqlalchemy import Connection, MetaData, event
from sqlalchemy.orm import configure_mappers

from app.models import append_only, search_index
from app.models.access_token import AccessToken
from app.models.article import Article
from app.models.base import Base
from app.models.case import Case, case_relations
from app.models.case_event import CaseEvent
from app.models.correction import Correction, case_corrections
from app.models.explanation import Explanation
from app.models.findable import Findable
from app.models.follow import Follow
from app.models.idempotency_key import IdempotencyKey
from app.models.invitation import Invitation
from app.models.letter import Letter, LetterKind
from app.models.log import (
    Cosigning,
    LogCheckpoint,
    LogCosignature,
    LogLeaf,
    LogNode,
    LogSalt,
    Redaction,
)
from app.models.message import Message, MessageKind
from app.models.note import Note
from app.models.owed import DeliveryState, Owed
from app.models.ping import Ping
from app.models.report import Report
from app.models.second_factor import Passkey, RecoveryCode
from app.models.security_event import SecurityEvent
from app.models.staff import Staff, StaffSession
from app.models.throttle import Throttle
from app.models.version import Version

__all__ = [
    "AccessToken",
    "Article",
    "Base",
    "Case",
    "CaseEvent",
    "Correction",
    "Cosigning",
    "DeliveryState",
    "Explanation",
    "Findable",
    "Follow",
    "IdempotencyKey",
    "Invitation",
    "Letter",
    "LetterKind",
    "LogCheckpoint",
    "LogCosignature",
    "LogLeaf",
    "LogNode",
    "LogSalt",
    "Message",
    "MessageKind",
    "Note",
    "Owed",
    "Passkey",
    "Ping",
    "RecoveryCode",
    "Redaction",
    "Report",
    "SecurityEvent",
    "Staff",
    "StaffSession",
    "Throttle",
    "Version",
    "append_only",
    "case_corrections",
    "case_relations",
    "search_index",
]


# Once, before there are threads: two that met the tables for the first time at the same moment
# could leave a statement behind that never works again in that process.
configure_mappers()


@event.listens_for(Base.metadata, "after_create")
def _install_triggers(target: MetaData, connection: Connection, **_options: object) -> None:
    append_only.install(connection)
    search_index.install(connection)
