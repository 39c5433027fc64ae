"""Runs acts on a case file and kills itself with SIGKILL at the n-th thing that reaches the disk.

A program of its own, started once by the tests: it forks for every act, so that a round costs milliseconds.
Reads lines of JSON {act, base, at}; answers with JSON {killed, acknowledged, steps}. ``at`` counts SQL
statements, fsyncs, renames, removals and connections alike; 0 lets the act end and counts its steps.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlcipher3 import dbapi2

from tests.casefile.sample import CHEAP, OFFICER, PASSPHRASE, add_person, create, reopen


def count_to(last: int) -> list[int]:
    """From now on every step counts, and step ``last`` is not survived. Returns where the count is kept."""
    steps = [0]

    def step(*_: Any, **__: Any) -> None:
        steps[0] += 1
        if steps[0] == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", step)
    files = [(Path, "replace"), (Path, "rename"), (Path, "unlink"), (os, "replace"), (os, "fsync")]
    for owner, name in [*files, (dbapi2, "connect")]:
        _count(owner, name, step)
    return steps


def _count(owner: Any, name: str, step: Any) -> None:
    genuine = getattr(owner, name)

    def counted(*args: Any, **kwargs: Any) -> Any:
        step()
        return genuine(*args, **kwargs)

    setattr(owner, name, counted)


def perform(act: str, base: Path, say: Any) -> None:
    """One act; ``say`` acknowledges what has been promised to the user."""
    if act == "create":
        create(base)
        say("made")
        return
    opened = reopen(base)
    if act == "save":
        for number in range(100, 106):
            add_person(opened.engine, number)
            say(str(number))
    elif act == "attach":
        say(opened.blobs.put(io.BytesIO(b"photograph" * 1000)).sha256)
    elif act == "backup":
        say(str(opened.backup(base / "stick")))
    elif act == "passphrase":
        opened.change_passphrase(PASSPHRASE, "another passphrase")
        say("changed")
    elif act == "remove":
        opened.remove_officer(f"{OFFICER}-second")
        say("removed")
    opened.close()


def child_main(order: dict[str, Any], writing: int) -> None:
    """In the forked child: perform, then say how many steps it took."""

    def say(text: object) -> None:
        os.write(writing, f"{text}\n".encode())

    steps = count_to(order["at"])
    perform(order["act"], Path(order["base"]), say)
    say(steps[0])
    os._exit(0)


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            child_main(order, writing)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as said:
            acknowledged = said.read().splitlines()
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
            raise SystemExit(f"{order}: failed")
        killed = os.WIFSIGNALED(status)
        steps = 0 if killed else int(acknowledged.pop())
        answer = {"killed": killed, "acknowledged": acknowledged, "steps": steps}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    assert CHEAP.passes == 1
    main()
