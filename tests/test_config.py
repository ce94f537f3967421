"""Settings: where they come from, what they may hold, and what is kept safe on the disk."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.config import PREFIX, BadSetting, instance_path

ROOT = Path(__file__).resolve().parents[1]

posix = pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights in another way")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Take every setting of ours out of the environment, so that a test is alone with its own."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    return monkeypatch


def started(instance: Path, written: str = "") -> Flask:
    """Start in an instance folder whose ``config.py`` holds what is ``written``."""
    instance.mkdir(parents=True, exist_ok=True)
    if written:
        (instance / "config.py").write_text(written, encoding="utf-8")
    return create_app(None, instance)


def test_without_any_setting_the_site_starts_with_defaults_that_work(tmp_path: Path) -> None:
    app = started(tmp_path)

    assert app.config["ENV"] == "production"
    assert app.config["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path / 'corrigenda.db'}"
    assert len(app.config["SECRET_KEY"]) >= 32
    assert app.test_client().get("/about").status_code == 200


def test_the_folder_is_read_and_the_environment_wins(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("CORRIGENDA_READ_DAYS", "7")

    app = started(tmp_path, "READ_DAYS = 2\nDECISION_DAYS = 5\nPUBLICATION_NAME = 'The Ledger'")

    assert app.config["READ_DAYS"] == 7
    assert app.config["DECISION_DAYS"] == 5
    assert app.config["PUBLICATION_NAME"] == "The Ledger"


def test_a_variable_without_our_prefix_is_not_ours(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("READ_DAYS", "7")

    assert started(tmp_path).config["READ_DAYS"] == 1


def test_the_instance_folder_is_where_the_environment_says(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ordinary = instance_path(tmp_path)
    environment.setenv("CORRIGENDA_INSTANCE_PATH", str(tmp_path / "elsewhere"))

    assert ordinary == tmp_path / "instance"
    assert instance_path(tmp_path) == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("TWO_PAIRS_OF_EYES", " Yes ", True),
        ("TWO_PAIRS_OF_EYES", "0", False),
        ("TRUSTED_HOSTS", "a.example, b.example,", ["a.example", "b.example"]),
        ("SITE_URL", "https://ledger.example/", "https://ledger.example"),
        ("TIMEZONE", "Europe/Zurich", "Europe/Zurich"),
    ],
)
def test_a_setting_is_read_as_what_it_is(
    environment: pytest.MonkeyPatch, tmp_path: Path, name: str, text: str, value: object
) -> None:
    environment.setenv(PREFIX + name, text)

    assert started(tmp_path).config[name] == value


BAD = [
    ("ENV", "prod"),
    ("READ_DAYS", "three"),
    ("READ_DAYS", "-1"),
    ("READ_DAYS", ""),
    ("DECISION_DAYS", "1.5"),
    ("TRUSTED_PROXIES", "one"),
    ("TWO_PAIRS_OF_EYES", "maybe"),
    ("RATELIMIT_ENABLED", "on and off"),
    ("TIMEZONE", "Mars/Olympus"),
    ("TIMEZONE", "../etc/passwd"),
    ("MAX_REQUEST_BYTES", "4 MB"),
    ("SESSION_HOURS", "9" * 12),
    ("SECRET_KEY", "short"),
    ("LOG_LEVEL", "LOUD"),
    ("LANGUAGE", "klingon"),
    ("LANGUAGE", ""),
    ("SITE_URL", "ledger.example"),
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_URL", "mysql://host/name"),
    ("MAIL_URL", "https://mail.example"),
    ("RATELIMIT_STORAGE_URL", "carrier-pigeon://loft"),
]


@pytest.mark.parametrize(("name", "text"), BAD)
def test_a_bad_setting_is_refused_by_its_name(
    environment: pytest.MonkeyPatch, tmp_path: Path, name: str, text: str
) -> None:
    environment.setenv(PREFIX + name, text)

    with pytest.raises(BadSetting, match=PREFIX + name):
        started(tmp_path)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("ENV", "ENV = 'prod'"),
        ("READ_DAYS", "READ_DAYS = 'three'"),
        ("READ_DAYS", "READ_DAYS = -1"),
        ("TIMEZONE", "TIMEZONE = 'Mars/Olympus'"),
        ("SESSION_HOURS", "SESSION_HOURS = 'a day'"),
        ("TWO_PAIRS_OF_EYES", "TWO_PAIRS_OF_EYES = 'maybe'"),
        ("LOG_LEVEL", "LOG_LEVEL = 'LOUD'"),
        ("SECRET_KEY", "SECRET_KEY = 'short'"),
    ],
)
def test_a_bad_setting_in_the_folder_is_refused_by_its_name(
    tmp_path: Path, name: str, line: str
) -> None:
    with pytest.raises(BadSetting, match=name):
        started(tmp_path, line)


@pytest.mark.parametrize(
    ("written", "found"),
    [("TWO_PAIRS_OF_EYES = 'no'", False), ("TWO_PAIRS_OF_EYES = True", True)],
)
def test_a_switch_in_the_folder_is_read_as_in_the_environment(
    tmp_path: Path, written: str, found: bool
) -> None:
    assert started(tmp_path, written).config["TWO_PAIRS_OF_EYES"] is found


# The secret


@pytest.mark.parametrize("secret", ["short", "a" * 64, "abcabcabc" * 8, "x" * 31])
def test_a_weak_secret_is_refused_where_it_would_protect_something(
    environment: pytest.MonkeyPatch, tmp_path: Path, secret: str
) -> None:
    environment.setenv("CORRIGENDA_SECRET_KEY", secret)

    with pytest.raises(BadSetting, match="CORRIGENDA_SECRET_KEY is too weak") as refused:
        started(tmp_path)
    environment.setenv("CORRIGENDA_ENV", "development")

    assert secret not in str(refused.value)
    assert started(tmp_path).config["SECRET_KEY"] == secret


def test_a_strong_secret_is_used_and_none_is_made(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("CORRIGENDA_SECRET_KEY", "0123456789abcdef0123456789abcdef")

    app = started(tmp_path)

    assert app.config["SECRET_KEY"] == "0123456789abcdef0123456789abcdef"
    assert not (tmp_path / "keys").exists()


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = started(tmp_path / "a").config["SECRET_KEY"]

    assert started(tmp_path / "a").config["SECRET_KEY"] == first
    assert started(tmp_path / "b").config["SECRET_KEY"] != first


def test_processes_that_start_at_once_keep_the_same_secret(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from app.config import _kept_secret;"
        "print('ready', flush=True); sys.stdin.read(1); print(_kept_secret(Path(sys.argv[1])))"
    )
    path = tmp_path / "keys" / "secret_key"
    running = [
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", program, str(path)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in running:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"

    for process in running:
        assert process.stdin
        process.stdin.write("!")
        process.stdin.close()
        process.stdin = None  # so that communicate() does not flush it
    found = {process.communicate(timeout=50)[0].strip() for process in running}

    assert found == {path.read_text(encoding="ascii")}
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


# What is on the disk


def mode(path: Path) -> int:
    """Return the rights of a file or a folder."""
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_secrets_and_readers_addresses_are_for_this_user_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        started(tmp_path)
    finally:
        os.umask(before)

    assert mode(tmp_path / "keys") == 0o700
    assert mode(tmp_path / "keys" / "secret_key") == 0o600
    assert mode(tmp_path / "corrigenda.db") == 0o600


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_postgresql_address_is_taken_as_hosts_hand_it_out(
    environment: pytest.MonkeyPatch, tmp_path: Path, scheme: str
) -> None:
    environment.setenv("CORRIGENDA_DATABASE_URL", f"{scheme}://user:word@host/name")

    app = started(tmp_path)

    assert app.config["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://user:word@host/name"
    assert not (tmp_path / "corrigenda.db").exists()
