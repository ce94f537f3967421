"""The real input that importers are tested on; without it these tests fail, they do not skip."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.importers import Parsed, read

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def shared(*parts: str) -> Path:
    """Return a file or folder of the shared data, which must be there."""
    path = SHARED.joinpath(*parts)
    assert path.exists(), f"The shared data is missing: {path} does not exist."
    return path


@pytest.fixture(scope="session")
def posts() -> dict[Path, Parsed]:
    """Every post of the blog, read once for all tests."""
    return {path: read(path) for path in sorted(shared("18f-blog", "posts").iterdir())}


@pytest.fixture(scope="session")
def seed() -> Path:
    """The plain text with which the project began."""
    return shared("seed", "article.txt")
