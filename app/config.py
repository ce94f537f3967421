"""Settings: from the environment, then from the instance folder, then a default that works.

Each comes from the environment variable ``CORRIGENDA_<name>`` or, under its plain name, from
``config.py`` in the instance folder. The README lists them all, and a test keeps it so.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Config

from app import kept_files
from app import setting_readers as readers
from app.days_off import calendar

PREFIX = "CORRIGENDA_"
_SHORTEST_SECRET = 32
_LEAST_VARIETY = 10


class BadSetting(Exception):
    """A setting holds what it may not hold; the message names it and says what it should be."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name without the prefix, what it is for, and how its text is read."""

    name: str
    default: Any
    meaning: str
    read: Callable[[str], Any] = str


SETTINGS = (
    Setting("ENV", "production", "`production` or `development`", readers.environment),
    Setting(
        "DATABASE_URL",
        "",
        "the database; empty: SQLite in the instance folder",
        readers.address("sqlite", "postgresql", "postgres", "postgresql+psycopg"),
    ),
    Setting("SECRET_KEY", "", "signs cookies and hashes tokens; empty: made and kept in `keys/`"),
    Setting(
        "SITE_URL",
        "http://127.0.0.1:8000",
        "the site's public address, without a final `/`",
        readers.address("http", "https", may_be_empty=False),
    ),
    Setting("TRUSTED_HOSTS", [], "host names to answer to, with commas; empty: any", readers.names),
    Setting("TRUSTED_PROXIES", 0, "how many reverse proxies stand before the site", readers.count),
    Setting("PUBLICATION_NAME", "The Meridian Ledger", "the publication's name"),
    Setting("PUBLICATION_TAGLINE", "Business and technology in Asia", "what it is about"),
    Setting("PUBLICATION_ABOUT", "", "Markdown for the About page; empty: a short text"),
    Setting("TIMEZONE", "Asia/Singapore", "the zone in which times are shown", readers.zone),
    Setting("LANGUAGE", "en", "the language of the interface", readers.language),
    Setting("READ_DAYS", 1, "working days until somebody has read a report", readers.working_days),
    Setting("DECISION_DAYS", 3, "working days until a report is decided", readers.working_days),
    Setting(
        "WORKDAYS",
        "mon,tue,wed,thu,fri",
        "the days of the week on which the desk works",
        readers.workdays,
    ),
    Setting(
        "HOLIDAYS",
        "",
        "whose public holidays are days off: `SG`, or `DE-BY` for a part; empty: none",
        readers.country,
    ),
    Setting("EXTRA_HOLIDAYS", [], "further days off, as `2026-12-24`, with commas", readers.dates),
    Setting("TWO_PAIRS_OF_EYES", False, "who publishes is not who agreed", readers.switch),
    Setting("POLICY", "", "Markdown for the corrections policy; empty: the default text"),
    Setting("LETTERS_CONTACT", "letters@meridian.example", "where opinions and letters go"),
    Setting("RIGHTS_CONTACT", "rights@meridian.example", "where legal and removal requests go"),
    Setting(
        "MAIL_URL",
        "",
        "`smtp://user:password@host:587?starttls=1`; empty: files in `mail/`",
        readers.address("smtp", "smtps"),
    ),
    Setting("MAIL_FROM", "corrections@meridian.example", "whom mails come from"),
    Setting("SESSION_HOURS", 12, "hours until staff have to sign in again", readers.hours),
    Setting(
        "SECOND_FACTOR_ROLES",
        [],
        "roles that need a second factor, with commas: `triager`, `editor`, `admin`",
        readers.some_of("triager", "editor", "admin"),
    ),
    Setting("COMPLAINTS_CONTACT", "editor@meridian.example", "where complaints about coverage go"),
    Setting("QUESTIONS_CONTACT", "hello@meridian.example", "where questions go"),
    Setting(
        "PRESSURE_PER_HOUR",
        200,
        "reports an hour, past which senders prove work; 0: never",
        readers.count,
    ),
    Setting(
        "RATELIMIT_STORAGE_URL",
        "",
        "`redis://…` for the rate limits; empty: the database",
        readers.address("redis", "rediss", "redis+unix"),
    ),
    Setting(
        "RATELIMIT_ENABLED",
        True,
        "`0` sets the rate limits aside, for measurements",
        readers.switch,
    ),
    Setting("HUB_URL", "", "the WebSub hub that is told of news", readers.address("http", "https")),
    Setting(
        "WITNESSES",
        [],
        "who cosigns the log's checkpoints, with commas: `name+id+key https://…`",
        readers.witnesses,
    ),
    Setting(
        "LOG_FORMER_KEYS",
        [],
        "keys (`vkey`) with which the log was signed before, with commas",
        readers.vkeys,
    ),
    Setting(
        "FEED_AUTHORITY",
        "",
        "whose names the feeds' ids are: `ledger.example,2026`; empty: the site's host",
        readers.authority,
    ),
    Setting(
        "POLICIES",
        [],
        "policies elsewhere, with commas: `ethicsPolicy=https://…`",
        readers.pairs(*readers.POLICIES),
    ),
    Setting(
        "TRUST",
        [],
        "the lines of trust.txt, with commas: `belongto=https://…`",
        readers.pairs(*readers.TRUST),
    ),
    Setting(
        "SECURITY_CONTACT",
        "",
        "where to report security holes: `mailto:…` or `https://…`",
        readers.contact,
    ),
    Setting(
        "SECURITY_CHECKED",
        "",
        "the day on which that was last made sure of: `2026-11-24`; it holds for a year",
        readers.day,
    ),
    Setting("MAX_REQUEST_BYTES", 4_000_000, "the largest request that is read", readers.count),
    Setting(
        "LOG_LEVEL",
        "INFO",
        "what is logged: `DEBUG`, `INFO`, `WARNING` or `ERROR`",
        readers.level,
    ),
)


def instance_path(root: Path) -> Path:
    """Return the instance folder: ``CORRIGENDA_INSTANCE_PATH``, else ``instance/`` in ``root``."""
    named = os.environ.get(PREFIX + "INSTANCE_PATH")
    return Path(named).resolve() if named else root / "instance"


def configure(config: Config, instance: Path, overrides: Mapping[str, Any] | None = None) -> None:
    """Fill an application's configuration; raise ``BadSetting`` where it cannot be used."""
    config.from_mapping({setting.name: setting.default for setting in SETTINGS})
    _read_file(config, instance / "config.py")
    config.from_mapping(_from_environment())
    config.from_mapping(overrides or {})
    config["SECRET_KEY"] = config["SECRET_KEY"] or _kept_secret(instance / "keys" / "secret_key")
    _refuse_weak_secret(config)
    config.from_mapping(_derived(config, instance))


def _read_file(config: Config, path: Path) -> None:
    """Read the settings of ``config.py``, held to what the environment's are held to."""
    try:
        config.from_pyfile(str(path), silent=True)
    except SyntaxError as error:
        raise BadSetting(f"{path}: line {error.lineno} is not Python: {error.msg}") from None
    for setting in SETTINGS:
        written = config[setting.name]
        if written != setting.default or type(written) is not type(setting.default):
            text = ",".join(map(str, written)) if isinstance(written, list) else str(written)
            config[setting.name] = _checked(setting, setting.name, text)


def _from_environment() -> dict[str, Any]:
    return {
        setting.name: _checked(setting, PREFIX + setting.name, text)
        for setting in SETTINGS
        if (text := os.environ.get(PREFIX + setting.name)) is not None
    }


def _checked(setting: Setting, name: str, text: str) -> Any:
    """Read a setting's text, which is never quoted: it may hold a password."""
    try:
        return setting.read(text)
    except ValueError as error:
        raise BadSetting(f"{name}: {error}") from None


def _kept_secret(path: Path) -> str:
    """Return the secret kept in ``path``, made on first use for this user's eyes only."""
    if not path.exists():
        kept_files.made_once(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def _refuse_weak_secret(config: Config) -> None:
    secret = str(config["SECRET_KEY"])
    is_weak = len(secret) < _SHORTEST_SECRET or len(set(secret)) < _LEAST_VARIETY
    if is_weak and config["ENV"] != "development":
        raise BadSetting(
            f"{PREFIX}SECRET_KEY is too weak: use 32 random characters or more, or leave it "
            "unset and one is made and kept in the instance folder"
        )


def _derived(config: Config, instance: Path) -> dict[str, Any]:
    """Return what Flask and its extensions are to be told, given our own settings."""
    is_https = str(config["SITE_URL"]).startswith("https://")
    return {
        "SITE_URL": str(config["SITE_URL"]).rstrip("/"),
        "IS_HTTPS": is_https,
        "SQLALCHEMY_DATABASE_URI": _database(str(config["DATABASE_URL"]), instance),
        "SESSION_COOKIE_NAME": "__Host-corrigenda" if is_https else "corrigenda",
        "SESSION_COOKIE_SECURE": is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=config["SESSION_HOURS"]),
        "MAX_CONTENT_LENGTH": config["MAX_REQUEST_BYTES"],
        "MAX_FORM_MEMORY_SIZE": config["MAX_REQUEST_BYTES"],
        "TRUSTED_HOSTS": list(config["TRUSTED_HOSTS"]) or None,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": config["LANGUAGE"],
        "BABEL_DEFAULT_TIMEZONE": config["TIMEZONE"],
        "CALENDAR": calendar(
            config["TIMEZONE"], config["WORKDAYS"], config["HOLIDAYS"], config["EXTRA_HOLIDAYS"]
        ),
    }


def _database(url: str, instance: Path) -> str:
    if not url:
        file = instance / "corrigenda.db"
        file.touch(mode=0o600)  # it holds readers' addresses; SQLite's other files follow it
        return f"sqlite:///{file}"
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url
