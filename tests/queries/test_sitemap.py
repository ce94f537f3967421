"""Reading the parts of the map of the site."""

from __future__ import annotations

import pytest

from app.queries import sitemap
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

PART = 50_000


def test_a_part_holds_what_belongs_in_it() -> None:
    make.correction(make.article("harbour"))

    assert [place.name for place in sitemap.articles(1, PART)] == ["harbour"]
    assert [place.name for place in sitemap.corrections(1, PART)] == ["1"]


@pytest.mark.parametrize("part", [2, 42_950, 999_999_999])
def test_a_part_past_the_last_is_empty_however_large_its_number(part: int) -> None:
    make.correction(make.article("harbour"))

    assert sitemap.articles(part, PART) == []
    assert sitemap.corrections(part, PART) == []
