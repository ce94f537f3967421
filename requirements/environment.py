"""The project's own Python environment, `.venv`, made from the locks beside this file.

Standard library only: this runs before anything is installed. The environment is stamped
with what it holds once it is complete, so that a second start does nothing, and a set-up that
was interrupted, whatever the moment, is begun anew.
"""

from __future__ import annotations

import configparser
import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
import venv
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

Purpose = Literal["runtime", "dev"]

LOCKS = Path(__file__).resolve().parent
VENV = LOCKS.parent / ".venv"
STAMP = VENV / "holds.json"

# Used only where Python comes without pip in any form (see `_fetched_pip`).
PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"

NO_PIP = """\
This Python comes without pip, and no pip or uv was found. Any one of these helps:
  - install your system's package for it (on Debian and Ubuntu: python3-venv);
  - install uv;
  - set PIP_INDEX_URL to the address of your package index, and pip is fetched from there."""

NOT_INSTALLED = """\
The packages could not be installed; the lines above say why. If this machine is offline or
behind a proxy or a mirror, pip's own settings (PIP_INDEX_URL, HTTPS_PROXY, …) are honoured.
Nothing is broken: the next call begins anew."""


class SetupError(Exception):
    """The environment could not be made; the message is fit to be shown."""


def ready(purpose: Purpose) -> Path:
    """Return the Python that has the packages for `purpose`, installing them if need be."""
    if not _holds(purpose):
        with _one_at_a_time():
            if not _holds(purpose):  # the call that we waited for may have done it
                _set_up(purpose)
    return interpreter()


def interpreter() -> Path:
    """Return where the environment's Python stands, whether or not it exists."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def digest(purpose: Purpose) -> str:
    """Return the SHA-256, in hex, of the lock for `purpose`."""
    return hashlib.sha256(lock(purpose).read_bytes()).hexdigest()


def lock(purpose: Purpose) -> Path:
    """Return the file that pins every package for `purpose`, with its hashes."""
    return LOCKS / f"{purpose}.lock"


# --- what the environment holds -------------------------------------------------------


def _holds(purpose: Purpose) -> bool:
    """Tell whether the environment works and is what the lock says now."""
    stamp = _stamp()
    return stamp.get(purpose) == digest(purpose) and stamp.get("python") == _version()


def _stamp() -> dict[str, str]:
    """Return what the last complete set-up noted, or nothing."""
    try:
        found = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_stamp(purpose: Purpose) -> None:
    """Note that the environment is complete; the dev lock includes the runtime's."""
    held: tuple[Purpose, ...] = ("runtime", "dev") if purpose == "dev" else ("runtime",)
    stamp = {"python": _version()} | {name: digest(name) for name in held}
    unfinished = STAMP.with_suffix(".new")
    unfinished.write_text(json.dumps(stamp, indent=1), "utf-8")
    unfinished.replace(STAMP)


def _version() -> str:
    """Return the version of the environment's Python, or "" when it does not run.

    It is asked each time: a system upgrade can remove the Python that `.venv` was made from,
    or put a newer one, which does not see the installed packages, in its place.
    """
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [interpreter(), "-I", "-S", "-c", question], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return answer.stdout.strip()


# --- setting up -----------------------------------------------------------------------


def _set_up(purpose: Purpose) -> None:
    """Make the environment anew, or add the development packages to those for running."""
    # An installer adds and does not take away: a lock that changed needs a new environment.
    can_be_added_to = _holds("runtime") and "dev" not in _stamp()
    STAMP.unlink(missing_ok=True)
    print(f"Setting up Python's packages in {VENV.name} (once, about a minute) …", flush=True)
    if not can_be_added_to:
        # Without pip: ensurepip is not everywhere, and uv needs none.
        venv.EnvBuilder(clear=True, symlinks=os.name != "nt", with_pip=False).create(VENV)
    _install(lock(purpose))
    _write_stamp(purpose)
    print("The packages are installed.", flush=True)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let one call set up while others wait; where the system has no `flock`, trust the user."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    # The lock on this very file needs no further file that could be left behind.
    with Path(__file__).open("rb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another call is setting up; waiting for it …", flush=True)
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _install(locked: Path) -> None:
    """Install exactly what the lock says, with uv when it is there, else with pip.

    `--no-deps`, for the lock names every package: pip, left to look for what a package needs,
    stumbles over a newer release of one that is asked for with an extra (`coverage[toml]`).
    """
    arguments = ["--require-hashes", "--no-deps", "--quiet", "--requirement", str(locked)]
    if _run(_uv(), arguments, _uv_settings()):
        return
    # Quiet once more: pip's warnings are about its own settings, which are not ours to judge.
    if not _run(_pip(), ["--no-input", "--quiet", *arguments], {}):
        raise SetupError(NOT_INSTALLED)


def _run(command: list[str], arguments: list[str], settings: dict[str, str]) -> bool:
    """Run an installer, if there is one, and tell whether it did its work."""
    if not command:
        return False
    return (
        subprocess.run([*command, *arguments], env=os.environ | settings, check=False).returncode
        == 0
    )


# --- who installs ---------------------------------------------------------------------


def _uv() -> list[str]:
    """Return uv's install command, or nothing where uv is not on the PATH."""
    uv = shutil.which("uv")
    return [uv, "pip", "install", "--python", str(interpreter())] if uv else []


def _uv_settings() -> dict[str, str]:
    """Return pip's index and certificates in uv's words: uv does not read pip's settings."""
    settings = {
        "UV_DEFAULT_INDEX": _pip_setting("index-url"),
        "SSL_CERT_FILE": _pip_setting("cert"),
    }
    return {name: value for name, value in settings.items() if value and name not in os.environ}


def _pip() -> list[str]:
    """Return the install command of the nearest pip."""
    return _bundled_pip() or _outside_pip() or _fetched_pip()


def _bundled_pip() -> list[str]:
    """Return the pip that Python brings along; Debian's Python may come without it."""
    python = str(interpreter())
    if importlib.util.find_spec("ensurepip") is None:
        return []
    made = subprocess.run([python, "-m", "ensurepip"], capture_output=True, check=False)
    return [python, "-m", "pip", "install"] if made.returncode == 0 else []


def _outside_pip() -> list[str]:
    """Return a pip from outside, told to work on the environment (pip 22.3 or newer)."""
    on_path = shutil.which("pip3") or shutil.which("pip")
    outside = [[sys.executable, "-m", "pip"], [on_path] if on_path else []]
    for pip in filter(None, outside):
        command = [*pip, "--python", str(interpreter())]
        if (
            subprocess.run([*command, "--version"], capture_output=True, check=False).returncode
            == 0
        ):
            return [*command, "install"]
    return []


def _fetched_pip() -> list[str]:
    """Return a pip run straight from its wheel, which is fetched and held against its hash.

    Only an index that pip's own configuration names is asked. The address of the usual one is
    known to pip, not to Python's library, and a copy of it here would send those who must use
    a mirror past it; hence the question to set PIP_INDEX_URL.
    """
    index = _pip_setting("index-url")
    if urlsplit(index).scheme not in {"http", "https"}:
        raise SetupError(NO_PIP)
    try:
        wheel = _fetch_wheel(index.rstrip("/") + "/pip/")
    except (OSError, ValueError, KeyError) as error:
        raise SetupError(f"pip could not be fetched from your package index: {error}.") from error
    kept = VENV / PIP_WHEEL
    kept.write_bytes(wheel)
    return [str(interpreter()), str(kept / "pip"), "install"]


def _fetch_wheel(page: str) -> bytes:
    """Return pip's wheel by way of the index's page on it (PEP 691, Simple API as JSON)."""
    files = json.loads(_get(page, "application/vnd.pypi.simple.v1+json"))["files"]
    addresses = [entry["url"] for entry in files if entry["filename"] == PIP_WHEEL]
    if not addresses:
        raise KeyError(PIP_WHEEL)
    wheel = _get(urljoin(page, addresses[0]), "*/*")  # mirrors answer relative addresses
    if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
        raise ValueError("its hash is not the one expected")
    return wheel


def _get(address: str, accept: str) -> bytes:
    """Return what stands at an address of the configured index."""
    request = urllib.request.Request(address, headers={"Accept": accept})  # noqa: S310 - http(s) only, checked by the caller
    certificates = ssl.create_default_context(cafile=_pip_setting("cert") or None)
    with urllib.request.urlopen(request, timeout=60, context=certificates) as answer:  # noqa: S310 - as above
        content: bytes = answer.read()
    return content


# --- pip's own configuration ----------------------------------------------------------


def _pip_setting(name: str) -> str:
    """Return a setting as pip would find it: the environment first, then its files, else ""."""
    from_environment = os.environ.get("PIP_" + name.upper().replace("-", "_"), "")
    if from_environment:
        return from_environment
    files = configparser.ConfigParser(interpolation=None)
    with contextlib.suppress(configparser.Error, UnicodeDecodeError):
        files.read(_pip_files(), "utf-8")  # a later file overrides an earlier one
    sections = ("install", "global")
    return next((files[s][name] for s in sections if files.has_option(s, name)), "")


def _pip_files() -> list[Path]:
    """Return where pip keeps its configuration, from the widest scope to the narrowest."""
    home, named = Path.home(), os.environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    if os.name == "nt":
        folders = [Path(os.environ.get(v, home)) / "pip" for v in ("PROGRAMDATA", "APPDATA")]
    else:
        shared = os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
        own = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
        folders = [*(Path(d) / "pip" for d in shared.split(os.pathsep)), Path("/etc")]
        folders += [home / "Library/Application Support/pip", home / ".pip", own / "pip"]
    name = "pip.ini" if os.name == "nt" else "pip.conf"
    files = [folder / name for folder in (*folders, Path(sys.prefix))]
    return [*files, Path(named)] if named else files
