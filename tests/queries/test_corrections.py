"""Reading the correction log: whole, narrowed, and one entry with what it changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.extensions import db
from app.models import Article
from app.queries import correction_counts, corrections
from app.queries.corrections import Filter
from app.rules.errors import NotFound
from app.rules.kinds import CorrectionKind
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

DAY = timedelta(days=1)
ALL = Filter()


@pytest.fixture
def _log(in_app: object) -> None:
    """Three entries on three days: two kinds, two sections."""
    ports, markets = make.article(), make.article(section="Markets")
    make.correction(ports, at=make.NOW - 2 * DAY)
    make.correction(markets, at=make.NOW - DAY, kind=CorrectionKind.UPDATE)
    make.correction(ports, text=make.edited(ports, "ten", "nine"), at=make.NOW)


def _numbers(wanted: Filter) -> list[int]:
    return [entry.number for entry in corrections.page(wanted, 50)]


@pytest.mark.usefixtures("_log")
@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (ALL, [3, 2, 1]),
        (Filter(kind=CorrectionKind.UPDATE), [2]),
        (Filter(kind=CorrectionKind.MINOR), []),
        (Filter(section="Ports"), [3, 1]),
        (Filter(section="ports"), []),
        (Filter(since=make.NOW - DAY), [3, 2]),
        (Filter(until=make.NOW), [2, 1]),
        (Filter(since=make.NOW - DAY, until=make.NOW, section="Markets"), [2]),
    ],
)
def test_the_log_can_be_narrowed(wanted: Filter, numbers: list[int]) -> None:
    edges = sorted({edge for edge in (wanted.since, wanted.until) if edge})

    groups = correction_counts.groups(edges)

    assert _numbers(wanted) == numbers
    assert sum(group.number for group in groups if group.fits(wanted)) == len(numbers)


@pytest.mark.usefixtures("_log")
def test_a_page_goes_on_where_the_last_one_ended() -> None:
    first = corrections.page(ALL, 2)

    second = corrections.page(ALL, 2, below=first[-1].number)

    assert [entry.number for entry in first + second] == [3, 2, 1]


@pytest.mark.usefixtures("_log")
def test_the_log_is_counted_by_kind_section_and_time() -> None:
    edges = [make.NOW - DAY, make.NOW, make.NOW + DAY]

    groups = correction_counts.groups(edges)

    assert sorted((g.section, g.kind, g.since, g.number) for g in groups if g.since) == [
        ("Markets", CorrectionKind.UPDATE, make.NOW - DAY, 1),
        ("Ports", CorrectionKind.CORRECTION, make.NOW, 1),
    ]
    assert [(g.section, g.kind, g.number) for g in groups if g.since is None] == [
        ("Ports", CorrectionKind.CORRECTION, 1)
    ]
    assert sum(group.number for group in correction_counts.groups([])) == 3
    assert corrections.first_published_at() == make.NOW - 2 * DAY
    assert corrections.last_number() == 3


def test_an_empty_log_has_no_beginning() -> None:
    assert corrections.page(ALL, 10) == []
    assert corrections.first_published_at() is None
    assert corrections.last_number() == 0
    assert correction_counts.groups([make.NOW]) == []


def test_an_entry_says_what_changed_and_where() -> None:
    on = make.article()

    entry = corrections.numbered(make.correction(on))

    assert (entry.slug, entry.headline, entry.section) == (
        on.slug,
        "A harbour and its town",
        "Ports",
    )
    assert (entry.from_version, entry.to_version) == (1, 2)
    assert entry.change is not None
    assert "twelve" in str(entry.change)
    assert "ten" in str(entry.change)
    assert (entry.amends, entry.amended_by) == (None, ())


@pytest.mark.parametrize("number", [0, 2, -1])
def test_an_entry_that_there_is_not_is_not_found(number: int) -> None:
    make.correction()

    with pytest.raises(NotFound):
        corrections.numbered(number)


def test_the_log_of_an_article_holds_its_own_entries_only() -> None:
    on = make.article()
    make.correction()
    number = make.correction(on)

    assert [entry.number for entry in corrections.of_article(on.id)] == [number]


def test_it_is_known_when_the_reports_behind_an_entry_arrived() -> None:
    by = make.staff(Role.EDITOR)
    case = make.case(CaseStatus.CORRECTED, by=by, at=make.NOW - DAY)
    declared = make.correction(db.session.get_one(Article, case.article_id))

    first = corrections.numbered(1)

    assert list(corrections.reports_behind(first.id)) == [make.NOW - DAY]
    assert list(corrections.reports_behind(corrections.numbered(declared).id)) == []
