"""The tasks: what `tasks.py` says to old Pythons, and how the environment is kept."""

from __future__ import annotations

import ast
import hashlib
import http.server
import json
import os
import re
import socket
import threading
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import tasks
from requirements import environment
from requirements.environment import Purpose, SetupError

ROOT = Path(tasks.__file__).parent
LOCKS: list[Purpose] = ["runtime", "dev"]


# --- old Pythons ----------------------------------------------------------------------


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 9, 18, "final"), (3, 10, 13)])
def test_an_old_python_is_told_what_is_needed(version: tuple[int | str, ...]) -> None:
    said = tasks.refusal(version)

    assert said.startswith("Corrigenda needs Python 3.11 or newer; this is 3.")
    assert said.endswith(f".{version[1]}.{version[2]}.")


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 0), (4, 0, 0)])
def test_a_newer_python_is_welcome(version: tuple[int, ...]) -> None:
    assert tasks.refusal(version) == ""


def test_an_old_python_can_read_the_refusal() -> None:
    source = (ROOT / "tasks.py").read_text("utf-8")

    tree = ast.parse(source, feature_version=(3, 6))

    imported = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    refusing = next(node for node in tree.body if isinstance(node, ast.If))
    early = [node for node in imported if node.lineno < refusing.lineno]
    assert [ast.unparse(node) for node in early] == ["import sys"]


# --- the locks ------------------------------------------------------------------------


def pins(purpose: Purpose) -> dict[str, list[str]]:
    """Return what a lock pins, as `name==version; marker`, each with its hashes."""
    entries = re.split(r"\n(?=\S)", environment.lock(purpose).read_text("utf-8").strip())
    found = {}
    for entry in entries:
        pin, *hashes = (part.strip() for part in entry.split("\\\n"))
        found[pin] = hashes
    return found


@pytest.mark.parametrize("purpose", LOCKS)
def test_every_package_is_pinned_with_hashes(purpose: Purpose) -> None:
    locked = pins(purpose)

    assert len(locked) > 20
    for pin, hashes in locked.items():
        assert re.match(r"[a-z0-9-]+(\[\w+\])?==\S+( ; .+)?$", pin), pin
        assert hashes, pin
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes), pin


@pytest.mark.parametrize("purpose", LOCKS)
def test_a_lock_names_no_index(purpose: Purpose) -> None:
    text = environment.lock(purpose).read_text("utf-8")

    assert "://" not in text
    assert "index" not in text


def test_the_development_lock_holds_what_the_desk_runs_with() -> None:
    runtime, dev = pins("runtime"), pins("dev")

    assert runtime.items() <= dev.items()


def test_what_pyproject_asks_for_is_in_the_locks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked: dict[Purpose, list[str]] = {
        "runtime": project["project"]["dependencies"],
        "dev": project["dependency-groups"]["dev"],
    }

    for purpose, wanted in asked.items():
        locked = {one.name: one for one in map(Requirement, pins(purpose))}
        for requirement in map(Requirement, wanted):
            pinned = str(locked[requirement.name].specifier).removeprefix("==")
            assert requirement.specifier.contains(pinned), requirement


# --- the environment ------------------------------------------------------------------


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two short locks and an installer that only notes what it is asked."""
    for purpose in LOCKS:
        (tmp_path / f"{purpose}.lock").write_text(f"# {purpose}\n", "utf-8")
    monkeypatch.setattr(environment, "LOCKS", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / "holds.json")
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/asked"\n', "utf-8")
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", f"{uv.parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def asked(folder: Path) -> list[str]:
    """Return which locks the installer was asked to install, in order."""
    noted = folder / "asked"
    lines = noted.read_text("utf-8").splitlines() if noted.exists() else []
    return [Path(line.split()[-1]).name for line in lines]


def test_a_second_start_installs_nothing(empty: Path) -> None:
    python = environment.ready("runtime")

    again = environment.ready("runtime")

    assert again == python
    assert python.exists()
    assert asked(empty) == ["runtime.lock"]


def test_the_installer_insists_on_hashes_and_looks_for_nothing_else(empty: Path) -> None:
    environment.ready("runtime")

    words = (empty / "asked").read_text("utf-8").split()
    assert {"--require-hashes", "--no-deps"} <= set(words)


def test_development_is_enough_for_running(empty: Path) -> None:
    environment.ready("dev")

    environment.ready("runtime")

    assert asked(empty) == ["dev.lock"]


def test_a_changed_lock_is_installed(empty: Path) -> None:
    environment.ready("runtime")
    (empty / "runtime.lock").write_text("# another\n", "utf-8")

    environment.ready("runtime")

    assert asked(empty) == ["runtime.lock", "runtime.lock"]


def test_what_a_changed_lock_dropped_is_gone(empty: Path) -> None:
    environment.ready("dev")
    (environment.VENV / "stale").touch()
    (empty / "dev.lock").write_text("# another\n", "utf-8")

    environment.ready("dev")

    assert not (environment.VENV / "stale").exists()
    assert asked(empty) == ["dev.lock", "dev.lock"]


def test_a_lost_interpreter_is_replaced(empty: Path) -> None:
    python = environment.ready("runtime")
    python.unlink()

    environment.ready("runtime")

    assert python.exists()
    assert asked(empty) == ["runtime.lock", "runtime.lock"]


def test_another_python_in_its_place_is_noticed(empty: Path) -> None:
    environment.ready("runtime")
    stamp = json.loads(environment.STAMP.read_text("utf-8"))
    environment.STAMP.write_text(json.dumps(stamp | {"python": "3.10"}), "utf-8")

    environment.ready("runtime")

    assert len(asked(empty)) == 2


def test_a_set_up_that_failed_is_begun_anew(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uv = empty / "bin" / "uv"
    works = uv.read_text("utf-8")
    uv.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    monkeypatch.setattr(environment, "_pip", lambda: ["false"])
    with pytest.raises(SetupError, match="the next call begins anew"):
        environment.ready("runtime")
    uv.write_text(works, "utf-8")

    environment.ready("runtime")

    assert asked(empty) == ["runtime.lock"]


# --- pip's configuration --------------------------------------------------------------


def test_pips_own_index_is_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "pip.conf"
    config.write_text("[global]\nindex-url = http://mirror.example/simple\n", "utf-8")
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    from_file = environment._pip_setting("index-url")
    monkeypatch.setenv("PIP_INDEX_URL", "http://nearer.example/simple")

    from_environment = environment._pip_setting("index-url")

    assert from_file == "http://mirror.example/simple"
    assert from_environment == "http://nearer.example/simple"


def test_without_pip_and_index_one_is_told_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)

    with pytest.raises(SetupError, match="set PIP_INDEX_URL"):
        environment._fetched_pip()


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], str]]:
    """Return how to start a package index that has one wheel, at a relative address."""
    servers = []

    def start(wheel: bytes) -> str:
        page = {"files": [{"filename": environment.PIP_WHEEL, "url": "../../files/pip.whl"}]}
        pages = {"/simple/pip/": json.dumps(page).encode(), "/files/pip.whl": wheel}

        class Index(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(pages[self.path])

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Index)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/simple"

    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_pip_is_fetched_from_a_mirror_with_relative_addresses(
    empty: Path, mirror: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.VENV.mkdir()
    monkeypatch.setenv("PIP_INDEX_URL", mirror(b"a wheel"))
    monkeypatch.setattr(environment, "PIP_SHA256", hashlib.sha256(b"a wheel").hexdigest())

    command = environment._fetched_pip()

    kept = environment.VENV / environment.PIP_WHEEL
    assert kept.read_bytes() == b"a wheel"
    assert command == [str(environment.interpreter()), str(kept / "pip"), "install"]


def test_a_pip_with_another_hash_is_refused(
    empty: Path, mirror: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.VENV.mkdir()
    monkeypatch.setenv("PIP_INDEX_URL", mirror(b"not the wheel"))

    with pytest.raises(SetupError, match="its hash is not the one expected"):
        environment._fetched_pip()

    assert list(environment.VENV.iterdir()) == []


# --- run ------------------------------------------------------------------------------


@pytest.fixture
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CORRIGENDA_INSTANCE_PATH", "CORRIGENDA_SITE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("_unset")
def test_a_relative_instance_folder_is_the_callers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    settings = tasks.run_settings("127.0.0.1", 8000, "mine")

    assert settings["CORRIGENDA_INSTANCE_PATH"] == str(tmp_path / "mine")


@pytest.mark.usefixtures("_unset")
@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("127.0.0.1", "http://127.0.0.1:9000"),
        ("0.0.0.0", "http://127.0.0.1:9000"),  # noqa: S104 - nothing is bound here
        ("desk.example", "http://desk.example:9000"),
        ("::1", "http://[::1]:9000"),
    ],
)
def test_the_site_is_where_it_listens(tmp_path: Path, host: str, site: str) -> None:
    settings = tasks.run_settings(host, 9000, str(tmp_path))

    assert settings["CORRIGENDA_SITE_URL"] == site


@pytest.mark.usefixtures("_unset")
def test_the_instance_may_name_the_site(tmp_path: Path) -> None:
    (tmp_path / "config.py").write_text('SITE_URL = "https://news.example"\n', "utf-8")

    settings = tasks.run_settings("127.0.0.1", 9000, str(tmp_path))

    assert "CORRIGENDA_SITE_URL" not in settings


def test_a_port_in_use_is_found_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        while_used = tasks.port_problem("127.0.0.1", port)

    assert while_used
    assert tasks.port_problem("127.0.0.1", port) == ""


def test_an_impossible_port_is_found_out() -> None:
    assert "65535" in tasks.port_problem("127.0.0.1", 99999)
