#!/usr/bin/env python3
"""Corrigenda's tasks: `python3 tasks.py run` starts the desk, `test` tests it.

Every task first makes the project's own Python environment, `.venv`, with the packages that
`requirements/` pins. This file needs nothing but Python's own library, and keeps to a syntax
that Pythons since 3.6 can read, so that an old one can say what is wrong.
"""

import sys


def refusal(version: "tuple[int | str, ...]") -> str:
    """Return why this Python cannot run Corrigenda, or "" when it can."""
    if version[:2] >= (3, 11):
        return ""
    running = ".".join(str(part) for part in version[:3])
    return f"Corrigenda needs Python 3.11 or newer; this is {running}."


if refusal(sys.version_info):
    sys.exit(refusal(sys.version_info))

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from requirements import environment
from requirements.environment import SetupError

ROOT = Path(__file__).resolve().parent
HTML_VALIDATE = "html-validate@10.9.0"  # the last that runs on Node 20
COVERED = ["-n", "auto", "--cov", "--cov-report=term-missing:skip-covered"]
CHECKS = {
    "format": ["ruff", "format", "--check"],
    "lint": ["ruff", "check"],
    "security": ["bandit", "--quiet", "--recursive", "--configfile=pyproject.toml", "app"],
    "templates": ["djlint", "--quiet", "--lint", "templates"],
    "types": ["mypy"],
    "tests": ["pytest", *COVERED],
}


def main(words: Sequence[str]) -> int:
    """Do the task that the command line names and return its exit code."""
    try:
        if words and words[0] in PASSED_ON:
            return PASSED_ON[words[0]](words[1:])
        arguments = parser().parse_args(words)
        return int(arguments.task(arguments))
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What was unfinished is begun anew next time.", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    """Return what the command line may say."""
    whole = argparse.ArgumentParser(prog="tasks.py", description="Corrigenda's tasks.")
    tasks = whole.add_subparsers(metavar="TASK", required=True)
    one = tasks.add_parser("run", help="start the desk; with the demo, if it is empty")
    one.add_argument("--host", default="127.0.0.1", help="where to listen (default: %(default)s)")
    one.add_argument("--port", type=int, default=8000, help="(default: %(default)s)")
    one.add_argument("--instance", metavar="DIR", help="the folder for data (default: instance)")
    one.add_argument("--no-demo", action="store_true", help="leave an empty desk empty")
    one.set_defaults(task=run)
    one = tasks.add_parser("check", help="everything CI checks: style, types, security, tests")
    one.add_argument("--no-tests", action="store_true", help="all but the tests")
    one.set_defaults(task=check)
    for name, task in PASSED_ON.items():
        tasks.add_parser(name, help=(task.__doc__ or "").partition("\n")[0], add_help=False)
    return whole


# --- run ------------------------------------------------------------------------------


def run(arguments: argparse.Namespace) -> int:
    """Start the desk: packages, database, the demo when there is nothing else, the server."""
    host, port = arguments.host, arguments.port
    wait_for_port(host, port)
    python = environment.ready("runtime")
    settings = run_settings(host, port, arguments.instance)
    prepare(python, settings, with_demo=not arguments.no_demo)
    return serve(python, settings, host, port)


def run_settings(host: str, port: int, instance: "str | None") -> "dict[str, str]":
    """Return the server's environment variables; relative folders are the caller's."""
    settings = dict(os.environ)
    named = instance or settings.get("CORRIGENDA_INSTANCE_PATH") or ROOT / "instance"
    folder = Path(named).expanduser().absolute()
    settings["CORRIGENDA_INSTANCE_PATH"] = str(folder)
    config = folder / "config.py"
    if not (config.is_file() and "SITE_URL" in config.read_text("utf-8")):  # there it is the site's
        settings.setdefault("CORRIGENDA_SITE_URL", address(host, port))
    return settings


def address(host: str, port: int) -> str:
    """Return where a browser on this machine finds the server."""
    everywhere = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not bound
    return f"http://{authority(everywhere.get(host, host), port)}"


def authority(host: str, port: int) -> str:
    """Return host and port in one; an IPv6 address goes in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def wait_for_port(host: str, port: int) -> None:
    """Make sure that the port is free, allowing a server that is just stopping three seconds."""
    for _ in range(15):
        problem = port_problem(host, port)
        if not problem:
            return
        time.sleep(0.2)
    where = authority(host, port)
    raise SetupError(f"{where} cannot be used: {problem}. Another port is chosen with --port.")


def port_problem(host: str, port: int) -> str:
    """Return why no server can listen there now, or ""."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":  # there it would mean sharing a port in use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except (OSError, OverflowError) as error:
            return getattr(error, "strerror", None) or str(error)
    return ""


def prepare(python: Path, settings: "Mapping[str, str]", with_demo: bool) -> None:
    """Bring the database and its log up to date; when there is no article yet, load the demo."""
    steps = [["db", "upgrade"], ["log", "enter"], ["demo", "--if-empty"]]
    for step in steps if with_demo else steps[:2]:
        # What a step says, such as how to sign in, is said once the server answers.
        command = [*flask_command(python), *step]
        done = subprocess.run(
            command, env=settings, cwd=ROOT, stdout=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            raise SetupError(f"`flask {' '.join(step)}` failed; the server was not started.")


def serve(python: Path, settings: "dict[str, str]", host: str, port: int) -> int:
    """Serve until told to stop, and say so once the server answers."""
    said = (python, settings, address(host, port))
    if os.name == "nt":
        threading.Thread(target=announce, args=said, daemon=True).start()
        worker = start_worker(python, settings)
        where = [f"--host={host}", f"--port={port}"]
        try:
            return become([python, "-m", "waitress", *where, "wsgi:app"], ROOT, settings)
        finally:
            worker.terminate()
    sys.stdout.flush()
    start_worker(python, settings)
    if os.fork() == 0:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server; this one follows
        announce(*said)
        os._exit(0)
    # The server takes the place of this process: signals reach it without a middleman, and no
    # server is left behind when this process is killed.
    return become(gunicorn_command(python, authority(host, port)), ROOT, settings)


def start_worker(python: Path, settings: "Mapping[str, str]") -> "subprocess.Popen[bytes]":
    """Start the worker that delivers letters; it ends when the server does."""
    # The server takes over this process, and so its number. On Windows it does not, and Python
    # in an environment is a child of its launcher there: no parent tells when to end.
    parent = [] if os.name == "nt" else ["--parent", str(os.getpid())]
    return subprocess.Popen([*flask_command(python), "worker", *parent], env=settings, cwd=ROOT)


def gunicorn_command(python: Path, bind: str) -> "list[str | Path]":
    """Return how gunicorn is started; WEB_CONCURRENCY sets the number of its processes."""
    processes = os.environ.get("WEB_CONCURRENCY", "2")
    served = ["--worker-class=gthread", "--threads=8", f"--workers={processes}"]
    # The control socket is left out: it would be one for all desks of a user.
    quiet = ["--graceful-timeout=10", "--log-level=warning", "--no-control-socket"]
    return [python, "-m", "gunicorn", f"--bind={bind}", *served, *quiet, "wsgi:app"]


def announce(python: Path, settings: "Mapping[str, str]", site: str) -> None:
    """Wait until the server answers, then say where it is and how to sign in."""
    server, last_try = os.getppid(), time.monotonic() + 60
    while not answers(site + "/healthz"):
        if os.getppid() != server:  # it has stopped, and has said why
            return
        if time.monotonic() > last_try:
            print(f"{site}/healthz still does not answer, after a minute.", flush=True)
            return
        time.sleep(0.1)
    hint = [*flask_command(python), "demo", "--sign-in"]
    said = subprocess.run(
        hint, env=settings, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    print(f"\nCorrigenda is ready at {site}/ (Ctrl-C stops it).\n{said.stdout}", flush=True)


def answers(url: str) -> bool:
    """Tell whether the server at this address is well."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with contextlib.suppress(OSError, ValueError), direct.open(url, timeout=5) as answer:
        return bool(answer.status == 200)
    return False


# --- the other tasks ------------------------------------------------------------------


def check(arguments: argparse.Namespace) -> int:
    """Run every check that CI runs, and say of each how it went."""
    python = environment.ready("dev")
    names = [name for name in CHECKS if not (arguments.no_tests and name == "tests")]
    failed = [name for name in names if not is_well(python, name)]
    print("\nFailed: " + ", ".join(failed) if failed else "\nAll checks are well.", flush=True)
    return 1 if failed else 0


def is_well(python: Path, name: str) -> bool:
    """Run one check and say how it went."""
    print(f"\n--- {name}", flush=True)
    started = time.monotonic()
    code = subprocess.run([python, "-m", *CHECKS[name]], cwd=ROOT, check=False).returncode
    print(f"{'FAILED' if code else 'ok'}: {name}, {time.monotonic() - started:.1f} s", flush=True)
    return code == 0


def test(words: "Sequence[str]") -> int:
    """Test all, or what pytest's own arguments name (paths count from the project's folder)."""
    return become([environment.ready("dev"), "-m", "pytest", *(words or ["-n", "auto"])], ROOT)


def look(words: "Sequence[str]") -> int:
    """Photograph and examine the demo's pages, all or those named; see look/report.txt."""
    setup([])
    return become([environment.ready("dev"), "-m", "tests.browser.look", *words], ROOT)


def setup(words: "Sequence[str]") -> int:
    """Install what development needs: the packages and, where npm is there, html-validate."""
    environment.ready("dev")
    npm = shutil.which("npm")
    if npm is None or (ROOT / "node_modules" / "html-validate").is_dir():
        return 0
    quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
    command = [npm, "install", *quiet, f"--prefix={ROOT}", HTML_VALIDATE, *words]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def flask(words: "Sequence[str]") -> int:
    """Run the `flask` command in the folder you are in, so that relative paths mean yours."""
    return become([*flask_command(environment.ready("runtime")), *words], Path.cwd())


def flask_command(python: Path) -> "list[str | Path]":
    """Return the `flask` command; `-P` keeps the user's folder off the import path."""
    return [python, "-P", "-m", "flask", "--app", f"{ROOT / 'wsgi.py'}:app"]


def lock(words: "Sequence[str]") -> int:
    """Pin the packages of pyproject.toml anew with uv; `--upgrade` takes newer releases."""
    uv = shutil.which("uv")
    if uv is None:
        raise SetupError("`tasks.py lock` needs uv on the PATH.")
    options = ["--universal", "--python-version=3.11", "--generate-hashes", "--quiet", *words]
    options += ["--no-emit-index-url", "--no-annotate", "--no-header", "pyproject.toml"]
    for more in (
        ["--output-file=requirements/runtime.lock"],
        [
            "--output-file=requirements/dev.lock",
            "--group=dev",
            "--constraints=requirements/runtime.lock",
        ],
    ):
        subprocess.run([uv, "pip", "compile", *options, *more], cwd=ROOT, check=True)
    return 0


def become(
    command: "list[str | Path]", cwd: Path, settings: "Mapping[str, str] | None" = None
) -> int:
    """Put a command in the place of this process; on Windows, run it and return its exit code."""
    variables = dict(os.environ) if settings is None else settings
    if os.name != "nt":
        sys.stdout.flush()
        os.chdir(cwd)
        os.execve(command[0], [str(word) for word in command], variables)
    return subprocess.run(command, cwd=cwd, env=variables, check=False).returncode


PASSED_ON = {"test": test, "look": look, "flask": flask, "setup": setup, "lock": lock}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
