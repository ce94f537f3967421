"""The stage of the demo: each event of the story as a call of the service that people use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models import Article, Case, Correction, Report, Staff, case_corrections
from app.queries import articles as article_queries
from app.rules.declarations import Declaration
from app.rules.kinds import CorrectionKind, DeclineReason, ProblemKind
from app.rules.texts import ArticleDraft, VersionText
from app.services import articles, cases, corrections, explanations, private_links, reports
from app.services.reports import ReportDraft
from app.tokens import keyed_hash

Scene = Mapping[str, Any]


class Stage:
    """Who and what has appeared so far, by the names that the story gives them."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.emails: dict[str, str] = {}
        self.roles: list[tuple[str, str]] = []
        self.tokens: dict[tuple[str, int], str] = {}

    def know(self, person: Scene) -> None:
        """Remember somebody on the staff."""
        self.emails[person["key"]] = person["email"]
        self.roles.append((person["email"], person["role"]))

    def keep(self, explanation: Scene, at: datetime) -> None:
        """Let the admin keep a canned explanation."""
        explanations.add(
            title=explanation["title"],
            text=explanation["text"],
            reason=DeclineReason(explanation["reason"]),
            by=self._person("ada"),
            at=at,
        )

    def publish(self, draft: ArticleDraft, at: datetime) -> None:
        """Publish an article."""
        articles.publish(draft, at=at)

    def report(self, key: str, slug: str, number: int, scene: Scene, at: datetime) -> None:
        """Let a reader send a report about the version that is public at that time."""
        article = article_queries.with_slug(slug)
        draft = ReportDraft(
            article_id=article.id,
            version_number=article.latest_number,
            kind=ProblemKind(scene["kind"]),
            passage=scene["passage"],
            problem=scene["problem"],
            suggestion=scene["suggestion"],
            evidence=tuple(scene["evidence"]),
            name=scene["name"],
            email=scene["email"],
        )
        browser = f"demo {self.seed} {key} {number}"
        self.tokens[key, number] = reports.submit(draft, browser=browser, at=at)

    def join(self, key: str, number: int, at: datetime) -> None:
        """Let a triager put a second report of the same passage to the first."""
        case, root = self._case(key, number), self._case(key)
        by = self._person("rui")
        cases.merge(case.id, seen=case.version, by=by, at=at, into=root.reference)

    def step(self, key: str, slug: str, scene: Scene, at: datetime) -> None:
        """Let somebody take a step of a case."""
        getattr(self, f"_{scene['do']}")(key, slug, scene, at)

    def edit(self, scene: Scene, at: datetime) -> None:
        """Let an editor change an article without a case, declared."""
        article = article_queries.with_slug(scene["article"])
        amended = self._entry(scene["amends_case"]) if "amends_case" in scene else None
        corrections.declare(
            article.id,
            self._edited(article, scene),
            Declaration(kind=CorrectionKind(scene["kind"]), notice=scene["notice"], amends=amended),
            seen_version=article.latest_number,
            by=self._person(scene["by"]),
            at=at,
        )

    def _claim(self, key: str, _slug: str, scene: Scene, at: datetime) -> None:
        until = self._case(key).claimed_until
        reason = "Handed over" if until and until > at else ""
        cases.claim(**self._seen(key, scene, at), reason=reason)

    def _release(self, key: str, _slug: str, scene: Scene, at: datetime) -> None:
        cases.release(**self._seen(key, scene, at))

    def _note(self, key: str, _slug: str, scene: Scene, at: datetime) -> None:
        by = self._person(scene["by"])
        cases.note(self._case(key).id, by=by, at=at, text=scene["text"])

    def _ask(self, key: str, _slug: str, scene: Scene, at: datetime) -> None:
        cases.ask(**self._seen(key, scene, at), question=scene["question"])

    def _agree(self, key: str, _slug: str, scene: Scene, at: datetime) -> None:
        cases.agree(**self._seen(key, scene, at))

    def _decline(self, key: str, _slug: str, scene: Scene, at: datetime) -> None:
        detail = scene.get("detail", "")
        if "detail_case" in scene:
            detail = str(self._entry(scene["detail_case"]))
        cases.decline(
            **self._seen(key, scene, at),
            reason=DeclineReason(scene["reason"]),
            explanation=scene["explanation"],
            detail=detail,
        )

    def _merge(self, key: str, _slug: str, scene: Scene, at: datetime) -> None:
        cases.merge(**self._seen(key, scene, at), into=self._case(scene["into"]).reference)

    def _quarantine(self, key: str, _slug: str, scene: Scene, at: datetime) -> None:
        cases.quarantine(**self._seen(key, scene, at), reason=scene["explanation"])

    def _publish(self, key: str, slug: str, scene: Scene, at: datetime) -> None:
        article = article_queries.with_slug(slug)
        seen = self._seen(key, scene, at)
        corrections.publish(
            {seen.pop("case_id"): seen.pop("seen")},
            self._edited(article, scene),
            Declaration(
                kind=CorrectionKind(scene["kind"]),
                notice=scene["notice"],
                credit=scene.get("credit", ""),
            ),
            **seen,
            seen_version=article.latest_number,
        )

    def _answer(self, key: str, _slug: str, scene: Scene, at: datetime) -> None:
        private_links.answer(self.tokens[key, scene["report"]], at=at, text=scene["text"])

    def _appeal(self, key: str, _slug: str, scene: Scene, at: datetime) -> None:
        private_links.appeal(self.tokens[key, scene["report"]], at=at, text=scene["text"])

    def _withdraw(self, key: str, _slug: str, scene: Scene, at: datetime) -> None:
        private_links.withdraw(self.tokens[key, scene["report"]], at=at)

    def _seen(self, key: str, scene: Scene, at: datetime) -> dict[str, Any]:
        case = self._case(key)
        by = self._person(scene["by"])
        return {"case_id": case.id, "seen": case.version, "by": by, "at": at}

    def _person(self, key: str) -> Staff:
        return db.session.scalars(select(Staff).where(Staff.email == self.emails[key])).one()

    def _case(self, key: str, number: int = 0) -> Case:
        hashed = keyed_hash("report token", self.tokens[key, number])
        return db.session.scalars(
            select(Case).join(Report, Report.case_id == Case.id).where(Report.token_hash == hashed)
        ).one()

    def _entry(self, key: str) -> int:
        """Return the number of the entry that a case led to."""
        return db.session.scalars(
            select(Correction.number)
            .join(case_corrections, case_corrections.c.correction_id == Correction.id)
            .where(case_corrections.c.case_id == self._case(key).id)
        ).one()

    def _edited(self, article: Article, scene: Scene) -> VersionText:
        """Return the article's present text with a scene's edits made."""
        text = article_queries.version(article, article.latest_number).text
        for edit in scene["edits"]:
            field = edit.get("field", "body")
            value = getattr(text, field)
            if isinstance(value, tuple):
                changed: Any = tuple(part.replace(edit["old"], edit["new"]) for part in value)
            else:
                changed = value.replace(edit["old"], edit["new"])
            if changed == value:
                raise LookupError(f"{edit['old']!r} does not stand in {article.slug}")
            text = replace(text, **{field: changed})
        return text
