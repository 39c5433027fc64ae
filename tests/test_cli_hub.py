"""The hub by command: on, off, how it stands, rounds; killed in the middle; and who is connected to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.commandline import RAID, Liandong, enrol, new_file
from tests.sync.fakehub import FakeHub, Handler, fake_hub

ROOT = Path(__file__).resolve().parent.parent


class Place(NamedTuple):
    """Two closed case files of one network, and a hub."""

    city: Path
    county: Path
    hub: FakeHub


@pytest.fixture
def place(liandong: Liandong, tmp_path: Path) -> Iterator[Place]:
    city, county = tmp_path / "city", tmp_path / "county"
    new_file(liandong, city, "450900")
    new_file(liandong, county)
    made = liandong("city", "init", city, "--keys", "1", "--need", "1", "--out", tmp_path / "keys")[1]
    enrol(liandong, tmp_path, city, county)
    with fake_hub(made["root"], tmp_path) as hub:
        yield Place(city, county, hub)


def turn_on(liandong: Liandong, place: Place) -> None:
    """Configures the hub on both."""
    for file in (place.city, place.county):
        assert (
            liandong("hub", "set", file, "--address", place.hub.address, "--pin", place.hub.pin or "")[0] == 0
        )


def test_a_hub_is_set_used_told_of_and_left(liandong: Liandong, place: Place) -> None:
    code, _, said = liandong("sync", place.county, "--once")
    assert (code, "autosync.none" in said) == (1, True)
    assert liandong("hub", "set", place.county)[0] == 1
    code, _, said = liandong("hub", "set", place.county, "--address", place.hub.address, "--pin", "12")
    assert (code, "autosync.pin" in said) == (1, True)
    turn_on(liandong, place)
    liandong("do", place.county, "raid.record", json_in=RAID)
    code, done, said = liandong("sync", place.county, "--once")
    assert (code, done["sent"]) == (0, 1), said
    code, done, said = liandong("sync", place.city, "--once")
    assert (code, done["received"]) == (0, 1), said
    assert liandong("dump", place.city)[1].replace("\n", "") != ""
    told = liandong("hub", "status", place.county)[1]
    assert (told["code"], told["waiting_bundles"]) == ("", 0)
    assert told["last"]
    assert (told["newest"], told["warn_days"], told["warning"]) == (None, 7, "")
    assert liandong("hub", "off", place.county)[1]["on"] is False
    asked = len(place.hub.asked)
    assert liandong("sync", place.county, "--once")[0] == 1
    assert len(place.hub.asked) == asked
    assert liandong("hub", "set", place.county, "--warn-days", "0")[0] == 1
    assert liandong("hub", "set", place.county, "--warn-days", "3")[1]["on"] is True
    assert liandong("hub", "status", place.county)[1]["warn_days"] == 3


def test_why_it_failed_is_said_and_kept(liandong: Liandong, place: Place) -> None:
    turn_on(liandong, place)
    place.hub.faults.append(lambda request: request.send(200, b"<html>") is None)
    code, _, said = liandong("sync", place.county, "--once")
    assert (code, "autosync.not_our_hub" in said) == (1, True)
    assert liandong("hub", "status", place.county)[1]["code"] == "autosync.not_our_hub"


def child(place: Place, liandong: Liandong, file: Path, *words: str) -> subprocess.Popen[bytes]:
    """A command in a process of its own."""
    arguments = [sys.executable, "-m", "desktop", "sync", str(file), *words]
    arguments += ["--passphrase-file", str(liandong.passphrase)]
    return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def killed_at(place: Place, liandong: Liandong, file: Path, where: Callable[[Handler], bool]) -> None:
    """Starts a round and kills it with -9 at a request."""
    process: list[subprocess.Popen[bytes]] = []

    def kill(request: Handler) -> bool:
        if not process or not where(request):
            return False
        process[0].kill()
        process[0].wait()
        place.hub.faults.clear()
        request.drop()
        return True

    place.hub.faults.append(kill)
    process.append(child(place, liandong, file, "--once"))
    process[0].communicate(timeout=60)
    assert process[0].returncode == -signal.SIGKILL


def test_killed_anywhere_in_a_round_the_next_one_goes_on(liandong: Liandong, place: Place) -> None:
    turn_on(liandong, place)
    raid = liandong("do", place.county, "raid.record", json_in=RAID)[1]["ids"]["raid"]
    people = {"raid": raid, "people": [{"name": f"王{number}"} for number in range(60)]}
    assert liandong("do", place.county, "people.add", json_in=people)[0] == 0
    chunks: list[str] = []

    def second_chunk(request: Handler) -> bool:
        chunks.extend([request.path] * (request.command == "PATCH"))
        return len(chunks) == 2

    killed_at(place, liandong, place.county, second_chunk)
    killed_at(place, liandong, place.county, lambda request: request.path.startswith("/v1/mailbox?"))
    assert liandong("sync", place.county, "--once")[0] == 0
    killed_at(place, liandong, place.city, lambda request: request.path == "/v1/mailbox/done")
    code, done, said = liandong("sync", place.city, "--once")
    assert (code, done["applied"]) == (0, 0), said
    assert liandong("sync", place.county, "--once")[0] == 0
    one, other = (
        liandong("dump", file, "--group", "office:450923")[1] for file in (place.city, place.county)
    )
    assert one == other
    assert "王59" in one
    assert liandong("verify", place.city)[1]["sound"]
    assert len(place.hub.store.bundles) <= 3


def test_it_goes_on_until_it_is_told_to_stop(liandong: Liandong, place: Place) -> None:
    turn_on(liandong, place)
    process = child(place, liandong, place.county)
    assert process.stderr is not None
    lines = [process.stderr.readline().decode() for _ in range(3)]
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    process.communicate()
    assert ["即将" in lines[0], "正在" in lines[1], "已交换完" in lines[2]] == [True] * 3, lines
    assert place.hub.count("GET /v1/hello") == 1


SESSION = """
import json, os, sys
seen = []
NAMES = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr",
         "socket.sendto", "socket.sendmsg", "socket.getnameinfo")
def watch(event, arguments):
    if event in NAMES:
        of = 1 if event in ("socket.connect", "socket.sendto", "socket.sendmsg") else 0
        seen.append([event, repr(arguments[of])])
sys.addaudithook(watch)
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pathlib import Path
from desktop.cli import run
from desktop.ui.windows import Windows
file, work, secret, address, pin = Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]
def go(*words):
    code = run([*map(str, words), "--passphrase-file", secret])
    assert code in (0, 3), (words, code)
def draw():
    Windows(lambda *_: None).draw(file, open(secret).read().strip(), work / "pictures", lambda _: None)
work.mkdir()
raid = {"title": "x", "place": "y", "started_at": "2020-06-07T09:20+08:00"}
(work / "raid.json").write_text(json.dumps(raid))
(work / "stick").mkdir()
sys.stdout = open(os.devnull, "w")
for words in (("do", file, "raid.record", "--json", work / "raid.json"), ("show", file, "raid"),
              ("search", file, "x"), ("verify", file), ("status", file), ("hub", "status", file),
              ("export", file, "--to", work / "stick"), ("import", file, "--from", work / "stick"),
              ("backup", file, "--to", work / "backups")):
    go(*words)
draw()
silent, seen = seen, []
go("hub", "set", file, "--address", address, "--pin", pin)
go("sync", file, "--once")
draw()
sys.stdout = sys.__stdout__
print(json.dumps([silent, seen]))
"""


def test_nothing_is_connected_to_without_a_hub_and_with_one_only_the_hub(
    liandong: Liandong, place: Place, tmp_path: Path
) -> None:
    words = [str(place.county), str(tmp_path / "work"), str(liandong.passphrase)]
    words += [place.hub.address, str(place.hub.pin)]
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "https_proxy"), "http://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, "-c", SESSION, *words],
        cwd=ROOT, env={**os.environ, **proxies}, capture_output=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    silent, seen = json.loads(done.stdout.decode().splitlines()[-1])
    assert silent == []
    connects = [what for event, what in seen if event == "socket.connect"]
    assert len(connects) >= 2  # the command's and the window's
    assert set(connects) == {repr(("127.0.0.1", place.hub.port))}
    assert {what for event, what in seen if event != "socket.connect"} <= {repr("127.0.0.1")}
