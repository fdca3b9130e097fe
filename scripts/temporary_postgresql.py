"""A real PostgreSQL for tests and benches: Debian's own server in a temporary folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

SERVERS = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """The folder of the newest installed server's programs."""
    found = sorted(SERVERS.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


class Server:
    """A server that listens on a socket in its own folder and nowhere else, and trusts whoever reaches that."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="docscan-pg-"))
        self.data = self.folder / "data"

    def __enter__(self) -> Self:
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self.folder, "nobody")
        self._run("initdb", "-D", self.data, "-U", "docscan", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
        self._run("pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log", "-o", options, "start")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def emptied(self) -> str:
        """The URL of an empty database, always the same one; whoever is still connected to it is cut off."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS docscan WITH (FORCE)")
            connection.execute("CREATE DATABASE docscan")
        return self.url("docscan")

    def url(self, database: str) -> str:
        return f"postgresql://docscan@/{database}?host={self.folder}"

    def _run(self, program: str, *arguments: object) -> None:
        as_nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        command = [*as_nobody, str(self.programs / program), *map(str, arguments)]
        subprocess.run(command, check=True, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
