"""A PostgreSQL server for tests: the one that is named, or one of their own that is thrown away."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

_FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=300"


class Server:
    """A server on which tests make and drop databases."""

    def __init__(self, url: str) -> None:
        self.base = url
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.names = (f"corrigenda_test_{worker}_{os.getpid()}_{n}" for n in count())

    def url(self, name: str) -> str:
        """Return the address of a database on this server."""
        return urlunsplit(urlsplit(self.base)._replace(path=f"/{name}"))

    def create(self, template: str = "template0") -> str:
        """Make a database as a copy of ``template``; return its name."""
        name = next(self.names)
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._do(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.base, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def start_server(*, is_durable: bool = False) -> Iterator[Server | None]:
    """Yield a server, or ``None`` where there is none to be had; a durable one is slower."""
    named = os.environ.get("CORRIGENDA_TEST_DATABASE_URL")
    if named:
        yield Server(named)
        return
    programs = _programs()
    if programs is None:
        yield None
        return
    # PostgreSQL refuses to run as root, and its user has to be able to enter the folder.
    folder = Path(tempfile.mkdtemp(prefix="corrigenda-pg-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    port = _free_port()
    try:
        _run([programs / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust"], user)
        speed = "" if is_durable else _FAST
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} {speed}"
        start: list[str | Path] = [programs / "pg_ctl", "-D", folder / "data", "-w", "-o", options]
        _run([*start, "-l", folder / "log", "start"], user)
        yield Server(f"postgresql://postgres@127.0.0.1:{port}/postgres")
        _run([programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop"], user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """Return the folder with initdb and pg_ctl, the newest where there are several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _run(command: Sequence[str | Path], user: str | None) -> None:
    subprocess.run(  # noqa: S603 - our own command
        [str(part) for part in command],
        check=True,
        user=user,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
