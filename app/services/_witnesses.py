"""Owing witnesses the latest checkpoint: rows of the transaction that signs it."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from app.models import Cosigning
from app.rules.transparency.witnesses import Witness
from app.services._owing import owe_each


def owe_witnesses(session: Session, at: datetime) -> None:
    """Owe each witness the latest checkpoint."""
    names = [Witness.parse(text).key.name for text in current_app.config["WITNESSES"]]
    if names:
        owe_each(session, Cosigning, Cosigning.witness, names, at)
