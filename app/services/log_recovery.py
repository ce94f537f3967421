"""Recovery: bringing a restored older database forward to the log that was published.

What stands in an exported log is all that was public: texts, notices, times. Who at the desk
published, and for which case, is in no export: that is lost with the newer database.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Article, Correction, LogLeaf, Redaction, Version
from app.queries import log, log_guard
from app.queries.log_bodies import subject
from app.rules.errors import Conflict
from app.rules.kinds import CorrectionKind, VersionReason
from app.rules.texts import VersionText
from app.rules.transparency.audit import entries_of
from app.rules.transparency.checkpoints import Checkpoint
from app.rules.transparency.contents import Read
from app.rules.transparency.leaves import LeafType
from app.rules.transparency.redactions import RedactionReason, without_words
from app.safekeeping import highest_checkpoint
from app.services import _log
from app.services._publication import add_article, current_version, move_on, put_version
from app.services._redaction import blank, forget_words
from app.services._search import find_article, find_entry
from app.services.transaction import lock_correction_log, scrub, transaction


def recover(read: Read, published: Checkpoint) -> int:
    """Bring the database forward to an exported log; return how many leaves were missing.

    The export has been checked, and grows from what the database holds (``rules/transparency``,
    ``Audit``). All of it comes in, or nothing. Raises ``Conflict`` where the outcome is not the
    log that was published.
    """
    with transaction() as session:
        lock_correction_log(session)
        head = log.head_now()
        if published.size <= head.size:
            return 0
        leaves = [
            (index, entry, json.loads(entry))
            for index, entry in enumerate(entries_of(read, head.size, published.size), head.size)
        ]
        taking = _Recovery(session, read, leaves)
        made = _log.extend(session, head, taking.rows())
        if made.root != published.root:
            raise Conflict("What was recovered is not the log that was published: nothing is kept.")
        taking.redact()
        taking.finish()
        problem = log_guard.refusal(log.head_now(), highest_checkpoint() or made)
        if problem:
            raise Conflict(f"The export is not the latest one, and nothing is kept. {problem}")
    scrub()
    return published.size - head.size


class _Recovery:
    """One recovery, in its transaction."""

    def __init__(
        self, session: Session, read: Read, leaves: list[tuple[int, bytes, dict[str, Any]]]
    ) -> None:
        self.session = session
        self.leaves = leaves
        self.read = read
        self.slugs: dict[int, str] = {}
        self.versions: Counter[int] = Counter()
        self._look_through()
        self.reasons = {
            said["target"]: RedactionReason(said["reason"])
            for _n, _entry, said in leaves
            if said["type"] == LeafType.REDACTION
        }
        self.touched: dict[int, Article] = {}
        self.latest: dict[int, int] = {}

    def _look_through(self) -> None:
        """Learn where each article stands and how many versions it has; no body is kept."""
        for n, _entry, said in self.leaves:
            if said["type"] != LeafType.VERSION:
                continue
            beside, article = self._beside(n), int(said["article"])
            if "withheld" in beside:
                raise Conflict(
                    "The export leaves out texts that a retraction withholds: one that was made "
                    "with --with-withheld is needed."
                )
            self.versions[article] += 1
            if "body" in beside:
                self.slugs[article] = beside["body"]["slug"]

    def _beside(self, n: int) -> dict[str, Any]:
        """Return what stands beside a leaf: salt and body, or why they are gone."""
        return _object(self.read(f"bodies/{n}"))

    def rows(self) -> list[_log.Leaf]:
        """Bring back versions and entries, and return the leaves that are about them."""
        return [self._row(n, entry, said) for n, entry, said in self.leaves]

    def _row(self, n: int, entry: bytes, said: Mapping[str, Any]) -> _log.Leaf:
        at = datetime.fromisoformat(said["at"])
        if said["type"] == LeafType.REDACTION:
            return _log.Leaf(entry, at)
        beside = self._beside(n)
        salt = bytes.fromhex(beside["salt"]) if "salt" in beside else None
        body = beside.get("body", {})
        if said["type"] == LeafType.VERSION:
            version = self._version(n, said, body, at)
            return _log.Leaf(entry, at, salt, version_id=version.id)
        correction = self._correction(n, said, body, at)
        return _log.Leaf(entry, at, salt, correction_id=correction.id)

    def _version(
        self, n: int, said: Mapping[str, Any], body: Mapping[str, Any], at: datetime
    ) -> Version:
        created_at = datetime.fromisoformat(body["created_at"]) if body else at
        article = self._article(int(said["article"]), created_at)
        text = (
            _text(body["text"])
            if body
            else without_words(VersionText(headline=""), self.reasons[n])
        )
        number, reason = said["version"], VersionReason(said["reason"])
        version = put_version(
            self.session, article, number, text, reason=reason, at=created_at, by=None
        )
        self.session.flush()
        self.latest[article.id] = number
        return version

    def _article(self, number: int, published_at: datetime) -> Article:
        """Return an article by its opaque id, made anew where the database does not know it."""
        article = self.session.get(Article, number)
        if article is None:
            slug = self.slugs.get(number, f"article-{number}")
            latest = self.versions[number]
            article = add_article(
                self.session, slug, published_at, None, latest=latest, number=number
            )
        self.touched[number] = article
        return article

    def _correction(
        self, n: int, said: Mapping[str, Any], body: Mapping[str, Any], at: datetime
    ) -> Correction:
        article = self._article(int(said["article"]), at)
        kind = CorrectionKind(said["kind"])
        amended = select(Correction.id).where(Correction.number == said.get("amends"))
        correction = Correction(
            number=said["number"],
            article_id=article.id,
            kind=kind,
            notice=body["notice"] if body else self.reasons[n].tombstone,
            credit=body.get("credit", ""),
            # What a redacted retraction said of earlier versions is lost: rather withheld than not.
            withholds=body.get("withholds", kind is CorrectionKind.RETRACTION),
            from_version=said["from"],
            to_version=said["to"],
            published_at=datetime.fromisoformat(body["published_at"]) if body else at,
            amends_id=self.session.scalar(amended),
        )
        self.session.add(correction)
        self.session.flush()
        return correction

    def redact(self) -> None:
        """Repeat the redactions, also of what the older database still has words of."""
        for n, _entry, said in self.leaves:
            if said["type"] != LeafType.REDACTION:
                continue
            reason, target = RedactionReason(said["reason"]), said["target"]
            at = datetime.fromisoformat(said["at"])
            self.session.add(Redaction(target=target, leaf_index=n, reason=reason, at=at))
            self.session.flush()
            _log.drop_salts(self.session, [target])
            row = subject(self.session.get_one(LogLeaf, target))
            if row is not None:
                self.touched[row.article_id] = self.session.get_one(Article, row.article_id)
                blank(self.session, row, reason)

    def finish(self) -> None:
        """Make public what is the latest now, and let it be found."""
        for article in self.touched.values():
            move_on(article, self.latest.get(article.id, article.latest_number))
            self.session.flush()
            version = current_version(self.session, article)
            find_article(self.session, article, version.text)
            for correction in self.session.scalars(
                select(Correction).where(Correction.article_id == article.id)
            ):
                find_entry(self.session, article, version.text, correction)
        forget_words(self.session, set(self.touched))
        if self.session.get_bind().dialect.name == "postgresql":
            sequence = func.pg_get_serial_sequence("articles", "id")
            self.session.execute(select(func.setval(sequence, func.max(Article.id))))


def _text(said: Mapping[str, Any]) -> VersionText:
    """Read what a body says of a version's text."""
    words: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in said.items()
    }
    return VersionText(**words)


def _object(data: bytes | None) -> dict[str, Any]:
    found = json.loads(data or b"{}")
    return found if isinstance(found, dict) else {}
