"""A city with a hub of its own for tests, and devices that are known there."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path

from hub.core import Hub
from tests.hub.devices import City, Device
from tests.hub.running import Running, make_hub

_numbers = itertools.count()


class World:
    """A folder with a hub, its city, and the process while it runs."""

    def __init__(self, folder: Path, database: str | None = None, **limits: int) -> None:
        self.folder = folder / "hub"
        self.city = City()
        self.made = make_hub(self.folder, self.city.network, database, **limits)
        self.process: Running | None = None
        self._devices: list[Device] = []

    @property
    def address(self) -> str:
        """Where the running hub is."""
        assert self.process is not None
        return self.process.address

    def device(self, office: str = "450923") -> Device:
        """A device that the city granted and the hub knows."""
        made = self.city.grant(office).at(self.address)
        self._devices.append(made)
        self.tell(made)
        return made

    def tell(self, device: Device) -> dict[str, object]:
        """The city's statements, posted by a device."""
        answer = device.client.post("/v1/statements", content=self.city.lines())
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def start(self, port: int = 0, *, plain: bool = False) -> None:
        """Starts the hub."""
        self.process = Running(self.folder, port, plain=plain)

    def kill_and_start(self) -> None:
        """Ends the hub as a power cut does, and starts it again on the same port."""
        assert self.process is not None
        self.process.kill()
        self.process = self.process.restart()

    @contextlib.contextmanager
    def going(self, *, plain: bool = False) -> Iterator[World]:
        """The hub runs meanwhile; afterwards it must have made no mistake of its own."""
        self.start(plain=plain)
        try:
            yield self
        finally:
            for one in self._devices:
                one.close()
            assert self.process is not None
            self.process.stop()
        assert [line for line in self.process.lines() if line.get("event") in ("fault", "unavailable")] == []

    @contextlib.contextmanager
    def inside(self) -> Iterator[Hub]:
        """The hub's own parts, over the same database and store as the process."""
        hub = Hub(self.folder)
        try:
            yield hub
        finally:
            hub.close()


def content(size: int = 1_000) -> bytes:
    """Bytes that no other test sends."""
    return (b"%d " % next(_numbers)).ljust(size, b"=")
