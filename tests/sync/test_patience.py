"""Calls to a carrier that do not come back: others have their turn, they are given up, and later taken up."""

from __future__ import annotations

import errno
import os
import threading
import time
from pathlib import Path

import pytest

from desktop.errors import Cancelled
from desktop.sync import patience
from desktop.sync.carrier import (
    Carrier,
    CarrierError,
    CarrierOutcome,
    SilentError,
    SystemFileOps,
    bundle_name,
)
from desktop.sync.patience import PatientOps, silent_too_long


class Silent(SystemFileOps):
    """A share that does not come back from one kind of call until it is let go."""

    def __init__(self, call: str) -> None:
        self.call = call
        self.let_go = threading.Event()
        self.opened: list[int] = []
        self.closed: list[int] = []

    def _hang(self, call: str) -> None:
        if call == self.call:
            self.let_go.wait(30)

    def is_folder(self, path: Path, *, follow_links: bool = True) -> bool:
        self._hang("is_folder")
        return super().is_folder(path, follow_links=follow_links)

    def open(self, path: Path, flags: int) -> int:
        self._hang("open")
        self.opened.append(super().open(path, flags))
        return self.opened[-1]

    def write(self, descriptor: int, data: memoryview) -> int:
        self._hang("write")
        return super().write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        self._hang("fsync")
        super().fsync(descriptor)

    def close(self, descriptor: int) -> None:
        super().close(descriptor)
        self.closed.append(descriptor)


@pytest.mark.parametrize("call", ["is_folder", "open", "write", "fsync"])
def test_who_gives_up_goes_on_at_once_and_the_carrier_is_used_again_when_it_answers(
    tmp_path: Path, call: str
) -> None:
    share, waited = Silent(call), list[float]()

    def meanwhile(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            raise Cancelled

    ops = PatientOps(meanwhile, share)
    carrier = Carrier(tmp_path, ops=ops)
    with pytest.raises(Cancelled):
        carrier.write(bundle_name, lambda out: out.write(b"x" * 100))
    assert waited == sorted(waited)
    assert waited[0] > 0
    with pytest.raises(CarrierError) as caught:
        carrier.write(bundle_name, lambda out: out.write(b"x"))
    assert caught.value.outcome is CarrierOutcome.SILENT
    assert len(waited) == 3
    share.call = ""
    share.let_go.set()
    for _ in range(100):
        if not ops._is_silent():
            break
        threading.Event().wait(0.02)
    written = carrier.write(bundle_name, lambda out: out.write(b"x"))
    assert [file.path for file in carrier.bundles()] == [written.path]
    assert carrier.unfinished() == 0
    assert sorted(share.closed) == sorted(share.opened)


def test_without_anybody_to_ask_it_is_given_up_after_a_while(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(patience, "SILENT_S", 0.2)
    share = Silent("write")
    with pytest.raises(CarrierError) as caught:
        Carrier(tmp_path, ops=PatientOps(ops=share)).write(bundle_name, lambda out: out.write(b"x"))
    assert caught.value.outcome is CarrierOutcome.SILENT
    share.let_go.set()
    silent_too_long(0.1)
    with pytest.raises(SilentError):
        silent_too_long(0.3)


def test_a_share_that_refuses_to_be_cleared_up_is_used_again_all_the_same(tmp_path: Path) -> None:
    class Stale(Silent):
        def close(self, descriptor: int) -> None:
            super().close(descriptor)
            raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))

    share = Stale("open")
    (tmp_path / "file").touch()

    def not_long(seconds: float) -> None:
        if seconds > 5:
            raise Cancelled

    def never(_: float) -> None:
        raise Cancelled

    ops = PatientOps(never, share)
    with pytest.raises(Cancelled):
        ops.open(tmp_path / "file", os.O_RDONLY)
    share.let_go.set()
    ops.meanwhile = not_long
    ends = time.monotonic() + 10
    while not share.closed and time.monotonic() < ends:
        time.sleep(0.01)
    assert ops.is_folder(tmp_path)
