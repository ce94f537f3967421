"""Loads the demo: reads its files, puts the events in order of time, and lets them happen."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from flask import current_app

from app.demo.stage import Stage
from app.importers import read
from app.rules.permissions import Role
from app.services import staff as staff_services

_HERE = Path(__file__).parent
_SOON = 0.02
"""How long, in days, until somebody puts a second report of the same passage to the first."""


@dataclass(frozen=True, slots=True)
class _Event:
    """Something that happens at a time of the story."""

    at: datetime
    act: Callable[[], None]


def load(*, at: datetime, seed: int, password: str) -> Stage:
    """Load the publication as if five months of work ended at ``at``.

    ``seed`` settles the minutes at which things happened. Returns what then stands on the stage.
    """
    scenes = yaml.safe_load((_HERE / "scenes.yaml").read_text(encoding="utf-8"))
    stage = Stage(seed)
    for person in scenes["staff"]:
        staff_services.add(
            person["email"],
            name=person["name"],
            role=Role(person["role"]),
            password=password,
            at=at - timedelta(days=200),
        )
        stage.know(person)
    for explanation in scenes["explanations"]:
        stage.keep(explanation, at - timedelta(days=199))
    clock = _Clock(at, random.Random(seed))  # noqa: S311 # nosec B311 - minutes, not secrets
    for event in sorted(_events(scenes, stage, clock), key=lambda event: event.at):
        event.act()
    return stage


class _Clock:
    """Turns days before now into times, each a few seconds off the round number."""

    def __init__(self, now: datetime, dice: random.Random) -> None:
        self.now = now
        self.dice = dice
        self.zone = ZoneInfo(current_app.config["TIMEZONE"])

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days) + timedelta(seconds=self.dice.randrange(45))

    def on_day(self, days: float, clock: str) -> datetime:
        day = (self.now.astimezone(self.zone) - timedelta(days=days)).date()
        return datetime.combine(day, time.fromisoformat(clock), self.zone)


def _events(scenes: Mapping[str, Any], stage: Stage, clock: _Clock) -> Iterator[_Event]:
    for path in sorted((_HERE / "articles").glob("*.md")):
        front_matter = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
        at = clock.on_day(front_matter["days_ago"], front_matter["time"])
        draft = replace(read(path).draft, published_at=at)
        yield _Event(at, _bound(stage.publish, draft, at))
    for case in scenes["cases"]:
        yield from _case_events(case, stage, clock)
    for edit in scenes["edits"] + scenes["amendments"]:
        at = clock.ago(edit["days_ago"])
        yield _Event(at, _bound(stage.edit, edit, at))


def _case_events(case: Mapping[str, Any], stage: Stage, clock: _Clock) -> Iterator[_Event]:
    key, article = case["key"], case["article"]
    for number, report in enumerate(case["reports"]):
        at = clock.ago(report["days_ago"])
        yield _Event(at, _bound(stage.report, key, article, number, report, at))
        if number:
            soon = clock.ago(report["days_ago"] - min(_SOON, report["days_ago"] / 2))
            yield _Event(soon, _bound(stage.join, key, number, soon))
    for step in case["steps"]:
        at = clock.ago(step["days_ago"])
        yield _Event(at, _bound(stage.step, key, article, step, at))


def _bound(act: Callable[..., None], *arguments: Any) -> Callable[[], None]:
    return lambda: act(*arguments)
