"""``python -m tests.hub.load``: many devices at once, power cuts in the middle; then everything is counted.

Every device sends its share of bundles to one to three others and fetches what is for it, over TLS, as a
desk does. When a third of the bundles has arrived the hub is killed and started again; at two thirds its
PostgreSQL is stopped at once and started. At the end every recipient must have had every bundle once.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import httpx

from tests.hub.devices import Device, name_of
from tests.hub.running import NoPostgresError, Postgres
from tests.hub.worlds import World

OFFICES = tuple(f"4509{number:02d}" for number in (0, 1, 2, 3, 21, 22, 23, 24, 81, 82))
PATIENCE_S = 900.0
_MANY = 1 << 30
LIMITS = {
    "address_per_minute": _MANY,
    "device_per_minute": _MANY,
    "statements_per_minute": _MANY,
    "connections": 4_096,
    "address_connections": 4_096,
}


class Figures(NamedTuple):
    """What a run came to. Times in seconds, sizes in bytes."""

    devices: int
    bundles: int
    bytes: int
    deliveries: int
    seconds: float
    retries: int
    kills: int
    lost: int
    doubled: int
    spoilt: int
    median: float
    slowest: float
    memory: int

    def text(self) -> str:
        """The figures in words."""
        return (
            f"{self.devices} devices, {self.bundles} bundles ({self.bytes / 1e6:.1f} MB), "
            f"{self.deliveries} deliveries in {self.seconds:.1f} s: "
            f"{self.bundles / self.seconds:.1f} bundles/s; "
            f"sending one: median {self.median * 1000:.0f} ms, slowest {self.slowest:.1f} s; "
            f"{self.kills} interruptions, {self.retries} retries; hub at most {self.memory / 1e6:.0f} MB; "
            f"lost {self.lost}, doubled {self.doubled}, spoilt {self.spoilt}"
        )

    @property
    def good(self) -> bool:
        """Nothing lost, nothing doubled."""
        return (self.lost, self.doubled, self.spoilt) == (0, 0, 0)


class Load:
    """One run on a hub of its own."""

    def __init__(self, folder: Path, devices: int, bundles: int, postgres: Postgres | None, seed: int = 1):
        address = None if postgres is None else postgres.new_database(f"load_{os.getpid()}_{folder.name}")
        self._world = World(folder, address, **LIMITS)
        self._postgres = postgres
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._retries = 0
        self._times: list[float] = []
        self._count, self._bundles = devices, bundles
        self._arrived = self._sent_bytes = 0
        self._wanted: Counter[tuple[str, str]] = Counter()
        self._got: Counter[tuple[str, str]] = Counter()
        self._spoilt = 0
        self._all_sent = threading.Event()

    def run(self) -> Figures:
        """Sends, interrupts, fetches, counts."""
        self._world.start()
        devices = [self._world.city.grant(OFFICES[number % len(OFFICES)]) for number in range(self._count)]
        for one in devices:
            one.at(self._world.address)
        self._world.tell(devices[0])
        began = time.monotonic()
        shares = [
            self._bundles // self._count + (n < self._bundles % self._count) for n in range(self._count)
        ]
        jobs = [(self._send, one, devices, share) for one, share in zip(devices, shares, strict=True)]
        senders = [threading.Thread(target=job, args=words) for job, *words in jobs]
        fetchers = [threading.Thread(target=self._fetch, args=(self._again(one),)) for one in devices]
        for thread in (*senders, *fetchers):
            thread.start()
        kills = self._interrupt()
        for thread in senders:
            thread.join()
        self._all_sent.set()
        for thread in fetchers:
            thread.join()
        seconds = time.monotonic() - began
        process = self._world.process
        assert process is not None
        memory = process.memory()
        for one in devices:
            one.close()
        process.stop()
        return Figures(
            self._count,
            self._bundles,
            self._sent_bytes,
            sum(self._wanted.values()),
            seconds,
            self._retries,
            kills,
            sum((self._wanted - self._got).values()),
            sum((self._got - self._wanted).values()),
            self._spoilt,
            statistics.median(self._times),
            max(self._times),
            memory,
        )

    def _again(self, device: Device) -> Device:
        """The same device on a line of its own."""
        return Device(device.network, device.key, device.id, device.office).at(self._world.address)

    def _interrupt(self) -> int:
        self._wait_for(self._bundles // 3)
        self._world.kill_and_start()
        if self._postgres is None:
            self._wait_for(2 * self._bundles // 3)
            self._world.kill_and_start()
            return 2
        self._wait_for(2 * self._bundles // 3)
        self._postgres.stop()
        time.sleep(1)
        self._postgres.start()
        return 2

    def _wait_for(self, arrived: int) -> None:
        end = time.monotonic() + PATIENCE_S
        while self._arrived < arrived and time.monotonic() < end:
            time.sleep(0.02)

    def _send(self, device: Device, devices: list[Device], share: int) -> None:
        for _ in range(share):
            with self._lock:
                size = self._random.choice((2_000, 20_000, 60_000, 200_000, 1_500_000))
                data = self._random.randbytes(size)
                others = [one for one in self._random.sample(devices, 4) if one is not device]
                to = others[: self._random.randint(1, 3)]
            began = time.monotonic()
            self._patiently(device, lambda data=data, to=to: _progress(device, data, to))  # type: ignore[misc]
            with self._lock:
                self._times.append(time.monotonic() - began)
                self._arrived += 1
                self._sent_bytes += len(data)
                self._wanted.update((one.id, name_of(data)) for one in to)

    def _fetch(self, device: Device) -> None:
        pause = 0.25
        after, epoch = 0, str(self._patiently(device, lambda: device.client.get("/v1/hello")).json()["epoch"])
        while True:
            last = self._all_sent.is_set()
            target = f"/v1/mailbox?epoch={epoch}&after={after}&limit=50"
            found = self._patiently(device, lambda target=target: device.ask("GET", target)).json()  # type: ignore[misc]
            for item in found["items"]:
                target = f"/v1/bundles/{item['name']}"
                answer = self._patiently(device, lambda target=target: device.ask("GET", target))  # type: ignore[misc]
                with self._lock:
                    self._got[device.id, item["name"]] += 1
                    self._spoilt += name_of(answer.content) != item["name"] or item["no"] != after + 1
                after = item["no"]
            if found["items"]:
                pause = 0.25
                self._patiently(device, lambda after=after: device.done(after, epoch))  # type: ignore[misc]
            elif last:
                device.close()
                return
            else:
                time.sleep(pause)
                pause = min(4.0, pause * 2)

    def _patiently(self, device: Device, work: Callable[[], httpx.Response]) -> httpx.Response:
        """Tries again what a desk tries again."""
        end, pause = time.monotonic() + PATIENCE_S, 0.1
        while time.monotonic() < end:
            try:
                answer = work()
            except (httpx.TransportError, KeyError):
                device.nonce = ""
            else:
                if answer.status_code < 400:
                    return answer
                if answer.status_code not in (401, 409, 429) and answer.status_code < 500:
                    raise AssertionError(f"refused: {answer.text}")
            with self._lock:
                self._retries += 1
            time.sleep(pause * (0.5 + random.random()))
            pause = min(2.0, pause * 2)
        raise AssertionError("the hub did not come back")


def _progress(device: Device, data: bytes, to: list[Device]) -> httpx.Response:
    """Goes on with a bundle from where the hub says it stands."""
    answer = device.offer(data, *to)
    while answer.status_code == 200 and not answer.json()["done"]:
        offset = answer.json()["offset"]
        answer = device.chunk(name_of(data), offset, data[offset : offset + (1 << 20)])
    return answer


def main(arguments: list[str] | None = None) -> int:
    """Runs it on SQLite and on PostgreSQL; 1 when something was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.hub.load", description=__doc__)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--bundles", type=int, default=1_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    options = parser.parse_args(arguments)
    kinds = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    good = True
    for kind in kinds:
        try:
            server = Postgres() if kind == "postgresql" else None
        except NoPostgresError as reason:
            sys.stdout.write(f"{kind}: skipped, {reason}\n")
            continue
        try:
            with tempfile.TemporaryDirectory(prefix="liandong-load-") as folder:
                figures = Load(Path(folder), options.devices, options.bundles, server).run()
        finally:
            if server is not None:
                server.close()
        sys.stdout.write(f"{kind}: {figures.text()}\n")
        sys.stdout.flush()
        good = good and figures.good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
