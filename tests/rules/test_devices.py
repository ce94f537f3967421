"""Browsers and systems, by the names that people know them by."""

from __future__ import annotations

import pytest

from app.rules.devices import browser_and_system

WEBKIT = "(KHTML, like Gecko)"
CHROME = f"Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 {WEBKIT} Chrome/140 Safari/537"


@pytest.mark.parametrize(
    ("user_agent", "browser", "system"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
            "Firefox",
            "Linux",
        ),
        (CHROME, "Chrome", "Windows"),
        (f"{CHROME} Edg/140.0.0.0", "Edge", "Windows"),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 {WEBKIT} "
            "Version/18.0 Safari/605.1.15",
            "Safari",
            "macOS",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
            "Chrome",
            "iPhone",
        ),
        (
            "Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0",
            "Firefox",
            "Android",
        ),
        ("curl/8.5.0", "curl", ""),
        ("", "", ""),
        ("<script>alert(1)</script>" * 1000, "", ""),
    ],
)
def test_a_browser_is_named_by_what_people_call_it(
    user_agent: str, browser: str, system: str
) -> None:
    assert browser_and_system(user_agent) == (browser, system)
