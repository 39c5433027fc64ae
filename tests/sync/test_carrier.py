"""Sticks and shares: pulled, full, lying or hostile ones; success is said only after the read-back."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyrage
import pytest

from desktop.errors import UserError, message
from desktop.sync.carrier import (
    FOLDER,
    Carrier,
    CarrierError,
    CarrierFile,
    CarrierOutcome,
    SystemFileOps,
    bundle_name,
)
from desktop.sync.sealing import seal, unseal
from desktop.wire.ustar import Source

CONTENT = os.urandom(2_500_000)
DIGEST = hashlib.sha256(CONTENT).hexdigest()
NAME = f"{DIGEST}.bundle"


def _fill(out: BinaryIO) -> None:
    for start in range(0, len(CONTENT), 1_000_000):
        out.write(CONTENT[start : start + 1_000_000])


class _Pulled(BaseException):
    """The program is killed: nothing after it is carried out."""


class _Faulty(SystemFileOps):
    """Fails at one call; ``for_good`` means that every later call fails too, as after pulling a stick."""

    def __init__(self, at: int, error: BaseException, *, for_good: bool) -> None:
        self.calls: list[str] = []
        self._at = at
        self._error = error
        self._for_good = for_good

    def _count(self, call: str) -> None:
        self.calls.append(call)
        number = len(self.calls) - 1
        if number == self._at or (self._for_good and number > self._at):
            raise self._error

    def make_folder(self, path: Path) -> None:
        self._count("make_folder")
        super().make_folder(path)

    def open(self, path: Path, flags: int) -> int:
        self._count("open")
        return super().open(path, flags)

    def write(self, descriptor: int, data: memoryview) -> int:
        self._count("write")
        return super().write(descriptor, data)

    def read(self, descriptor: int, size: int) -> bytes:
        self._count("read")
        return super().read(descriptor, size)

    def fsync(self, descriptor: int) -> None:
        self._count("fsync")
        super().fsync(descriptor)

    def close(self, descriptor: int) -> None:
        # The descriptor goes in any case, or the tests would leak them.
        super().close(descriptor)
        self._count("close")

    def replace(self, source: Path, target: Path) -> None:
        self._count("replace")
        super().replace(source, target)

    def remove(self, path: Path) -> None:
        self._count("remove")
        super().remove(path)


def _calls_of_a_good_write(folder: Path) -> list[str]:
    folder.mkdir()
    ops = _Faulty(-1, OSError(), for_good=False)
    Carrier(folder, ops=ops).write(bundle_name, _fill)
    shutil.rmtree(folder)
    return ops.calls


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _assert_final_names_hold(folder: Path) -> None:
    for file in Carrier(folder).bundles():
        assert file.is_intact(), "a file with a final name does not verify"


# every step may fail


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("for_good", [False, True], ids=["once", "from then on"])
def test_a_fault_at_any_step_is_told_and_leaves_no_unproven_final_name(
    tmp_path: Path, code: int, for_good: bool
) -> None:
    steps = _calls_of_a_good_write(tmp_path / "first")
    assert len(steps) > 15
    for at, step in enumerate(steps):
        folder = tmp_path / f"stick{at}"
        folder.mkdir()
        ops = _Faulty(at, OSError(code, "fault"), for_good=for_good)
        with pytest.raises(CarrierError) as failed:
            Carrier(folder, ops=ops).write(bundle_name, _fill)
        assert failed.value.outcome is (
            CarrierOutcome.FULL if code == errno.ENOSPC else CarrierOutcome.FAULTY
        ), f"{at}: {step}"
        _assert_final_names_hold(folder)
        if not for_good:
            assert _files(folder) == {}, f"{at}: {step}"


def test_a_kill_at_any_step_leaves_no_final_name_that_does_not_verify(tmp_path: Path) -> None:
    steps = _calls_of_a_good_write(tmp_path / "first")
    for at in range(len(steps)):
        folder = tmp_path / f"stick{at}"
        folder.mkdir()
        with pytest.raises(_Pulled):
            Carrier(folder, ops=_Faulty(at, _Pulled(), for_good=True)).write(bundle_name, _fill)
        _assert_final_names_hold(folder)
        written = Carrier(folder).write(bundle_name, _fill)
        assert _files(folder) == {f"{FOLDER}/{NAME}": CONTENT}
        assert written.sha256 == DIGEST


def test_the_steps_come_in_the_order_that_makes_them_last(tmp_path: Path) -> None:
    steps = _calls_of_a_good_write(tmp_path / "stick")
    short = [step for number, step in enumerate(steps) if number == 0 or steps[number - 1] != step]
    assert short == [
        *("make_folder", "open", "fsync", "close"),
        *("open", "write", "fsync", "close"),
        "replace",
        *("open", "fsync", "close"),
        *("open", "read", "close"),
    ]


class _LosesABit(SystemFileOps):
    """A stick that says yes and stores something else."""

    def write(self, descriptor: int, data: memoryview) -> int:
        spoilt = bytearray(data)
        spoilt[len(spoilt) // 2] ^= 1
        return super().write(descriptor, memoryview(spoilt))


class _LosesTheEnd(SystemFileOps):
    """A stick larger by its label than by its chips."""

    def __init__(self) -> None:
        self._written = 0

    def write(self, descriptor: int, data: memoryview) -> int:
        self._written += len(data)
        return super().write(descriptor, data) if self._written < 2_000_000 else len(data)


class _ReadsWrong(SystemFileOps):
    """A stick that stores well and reads badly."""

    def read(self, descriptor: int, size: int) -> bytes:
        return super().read(descriptor, size)[::-1]


@pytest.mark.parametrize("ops", [_LosesABit, _LosesTheEnd, _ReadsWrong])
def test_a_stick_that_lies_is_found_out_by_reading_back(
    tmp_path: Path, ops: Callable[[], SystemFileOps]
) -> None:
    with pytest.raises(CarrierError) as failed:
        Carrier(tmp_path, ops=ops()).write(bundle_name, _fill)
    assert failed.value.outcome is CarrierOutcome.DAMAGED
    assert _files(tmp_path) == {}


def test_a_stick_that_takes_few_bytes_at_a_time_gets_them_all(tmp_path: Path) -> None:
    class Slow(SystemFileOps):
        def write(self, descriptor: int, data: memoryview) -> int:
            return super().write(descriptor, data[:70_000])

    assert Carrier(tmp_path, ops=Slow()).write(bundle_name, _fill).sha256 == DIGEST


def test_a_fault_that_the_writer_kept_to_itself_is_still_told(tmp_path: Path) -> None:
    def careless(out: BinaryIO) -> None:
        for piece in (b"first", b"second"):
            try:
                out.write(piece)
            except OSError:
                continue

    steps = _calls_of_a_good_write(tmp_path / "first")
    ops = _Faulty(steps.index("write"), OSError(errno.ENOSPC, "full"), for_good=False)
    with pytest.raises(CarrierError) as failed:
        Carrier(tmp_path, ops=ops).write(bundle_name, careless)
    assert failed.value.outcome is CarrierOutcome.FULL
    assert _files(tmp_path) == {}


def test_a_stick_pulled_under_a_real_bundle_is_the_stick_s_fault(tmp_path: Path) -> None:
    key = pyrage.x25519.Identity.generate().to_public()
    steps = _calls_of_a_good_write(tmp_path / "first")
    ops = _Faulty(steps.index("write") + 1, OSError(errno.ENODEV, "gone"), for_good=True)
    with pytest.raises(CarrierError) as failed:
        Carrier(tmp_path, ops=ops).write(
            bundle_name,
            lambda out: seal(out, [str(key)], [Source("manifest.json", 9, io.BytesIO(b"123456789"))]),
        )
    assert failed.value.outcome is CarrierOutcome.GONE


@pytest.mark.parametrize(
    "error",
    [OSError(errno.EIO, "own disk"), UserError("environment.locked"), ValueError("x"), KeyboardInterrupt()],
)
def test_what_the_writer_raises_on_its_own_account_is_not_put_on_the_stick(
    tmp_path: Path, error: BaseException
) -> None:
    def failing(out: BinaryIO) -> None:
        out.write(b"something")
        raise error

    with pytest.raises(type(error)) as raised:
        Carrier(tmp_path).write(bundle_name, failing)
    assert raised.value is error
    assert _files(tmp_path) == {}


# what a fault means


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (errno.ENOSPC, CarrierOutcome.FULL),
        (errno.EDQUOT, CarrierOutcome.FULL),
        (errno.EROFS, CarrierOutcome.READ_ONLY),
        (errno.EACCES, CarrierOutcome.NO_PERMISSION),
        (errno.EFBIG, CarrierOutcome.FILE_TOO_LARGE),
        (errno.ENODEV, CarrierOutcome.GONE),
        (errno.ENOTCONN, CarrierOutcome.GONE),
        (errno.EIO, CarrierOutcome.FAULTY),
        (errno.EDOM, CarrierOutcome.UNKNOWN),
        (None, CarrierOutcome.UNKNOWN),
    ],
)
def test_faults_are_one_closed_list(tmp_path: Path, code: int | None, outcome: CarrierOutcome) -> None:
    error = OSError() if code is None else OSError(code, "x")
    assert Carrier(tmp_path).outcome_of(error) is outcome
    assert Carrier(tmp_path / "pulled").outcome_of(error) is CarrierOutcome.GONE


@pytest.mark.parametrize("outcome", list(CarrierOutcome))
def test_every_outcome_is_a_calm_sentence(outcome: CarrierOutcome) -> None:
    assert message(outcome.value, "zh").endswith("。")
    assert message(outcome.value, "en").endswith(".")
    assert CarrierError(outcome).code == outcome.value


def test_a_folder_that_is_not_there_is_told_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for folder in (tmp_path / "none", tmp_path / "file"):
        for act in (Carrier(folder).bundles, lambda folder=folder: Carrier(folder).write(bundle_name, _fill)):
            with pytest.raises(CarrierError) as failed:
                act()
            assert failed.value.outcome is CarrierOutcome.NO_FOLDER
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_link_or_file_in_the_way_of_our_folder_is_never_written_through(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    (tmp_path / "elsewhere").mkdir()
    inner = tmp_path / "stick" / FOLDER
    for make in (
        lambda: inner.symlink_to(tmp_path / "elsewhere"),
        lambda: inner.symlink_to(tmp_path / "nowhere"),
        lambda: inner.write_bytes(b""),
    ):
        make()
        with pytest.raises(CarrierError) as failed:
            Carrier(tmp_path / "stick").write(bundle_name, _fill)
        assert failed.value.outcome is CarrierOutcome.OCCUPIED
        inner.unlink()
    assert list((tmp_path / "elsewhere").iterdir()) == []


# leftovers


def test_only_own_leftovers_are_cleared_and_only_when_writing(tmp_path: Path) -> None:
    inner = tmp_path / FOLDER
    inner.mkdir()
    own = inner / f"abc-{16 * '0'}.part"
    others = [inner / f"def-{16 * '0'}.part", inner / "report.part", inner / f"abc-{16 * '0'}.part.txt"]
    (inner / f"abc-{16 * '1'}.part").symlink_to(others[0])
    for path in (own, *others):
        path.write_bytes(b"half")
    carrier = Carrier(tmp_path, mark="abc")
    assert carrier.bundles() == []
    assert own.exists()
    carrier.write(bundle_name, _fill)
    assert not own.exists()
    assert all(path.read_bytes() == b"half" for path in others)


def test_a_leftover_that_cannot_be_removed_does_not_stop_a_write(tmp_path: Path) -> None:
    class Sticky(SystemFileOps):
        def remove(self, path: Path) -> None:
            raise PermissionError(errno.EACCES, "in use")

    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / f"abc-{16 * '0'}.part").write_bytes(b"half")
    assert Carrier(tmp_path, mark="abc", ops=Sticky()).write(bundle_name, _fill).sha256 == DIGEST


def test_a_mark_cannot_lead_out_of_the_folder() -> None:
    for mark in ("", "../x", "a/b", "a b", "A"):
        with pytest.raises(ValueError, match="mark"):
            Carrier(Path(), mark=mark)


# reading


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A stick with two bundles of ours and everything that only looks like one."""
    inner = tmp_path / FOLDER
    inner.mkdir()
    (inner / NAME).write_bytes(CONTENT)
    (tmp_path / bundle_name(64 * "0")).write_bytes(b"damaged")
    (tmp_path / bundle_name(64 * "1")).symlink_to(inner / NAME)
    (inner / bundle_name(64 * "2")).mkdir()
    os.mkfifo(inner / bundle_name(64 * "3"))
    for name in (
        f"{63 * '4'}.bundle",
        f"{64 * 'A'}.bundle",
        f"{64 * '5'}.bundle.part",
        f"._{64 * '6'}.bundle",
        f"{64 * '7'}.bundle\n",
        "\u202e" + f"{64 * '8'}.bundle",
        "CON",
    ):
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def test_only_regular_files_with_a_bundle_s_name_are_listed_in_order(hostile: Path) -> None:
    found = Carrier(hostile).bundles()
    assert [(file.sha256, file.size) for file in found] == sorted([(64 * "0", 7), (DIGEST, len(CONTENT))])
    assert [file.is_intact() for file in found if file.sha256 == DIGEST] == [True]
    assert [file.is_intact() for file in found if file.sha256 == 64 * "0"] == [False]


@pytest.mark.parametrize("whole", [False, True])
def test_a_bundle_that_another_pc_tidies_away_meanwhile_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    """A folder that is gone as a whole is said."""
    for number in "12":
        (tmp_path / bundle_name(64 * number)).write_bytes(b"x")
    genuine = os.scandir

    @contextmanager
    def scandir(path: Path) -> Iterator[list[os.DirEntry[str]]]:
        with genuine(path) as entries:
            found = list(entries)
        (tmp_path / bundle_name(64 * "1")).unlink()
        if whole:
            tmp_path.rename(tmp_path.with_name("pulled"))
        yield found

    monkeypatch.setattr(os, "scandir", scandir)
    if not whole:
        assert [file.sha256 for file in Carrier(tmp_path).bundles()] == [64 * "2"]
        return
    with pytest.raises(CarrierError) as told:
        Carrier(tmp_path).bundles()
    assert told.value.code == CarrierOutcome.GONE.value


def test_our_folder_as_a_link_is_not_followed_and_chosen_itself_it_is_read(
    tmp_path: Path, hostile: Path
) -> None:
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / FOLDER).symlink_to(hostile / FOLDER)
    assert Carrier(tmp_path / "stick").bundles() == []
    assert [file.sha256 for file in Carrier(hostile / FOLDER).bundles()] == [DIGEST]


def test_a_name_swapped_after_listing_is_neither_followed_nor_waited_for(hostile: Path) -> None:
    for number in ("1", "2", "3"):
        for place in (hostile, hostile / FOLDER):
            path = place / bundle_name(64 * number)
            if path.is_symlink() or path.exists():
                with pytest.raises(OSError, match=r"\[Errno"):
                    CarrierFile(path, 64 * number, 0).open()


def test_reading_changes_no_byte_and_no_time(hostile: Path) -> None:
    def state() -> Iterator[tuple[object, ...]]:
        for path in sorted(hostile.rglob("*")):
            found = path.lstat()
            yield path, found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns
            if path.is_file() and not path.is_symlink():
                yield (found.st_atime_ns,)

    for path in hostile.rglob("*"):
        if path.is_file() and not path.is_symlink():
            os.utime(path, (1, 2))
    before = list(state())
    for file in Carrier(hostile).bundles():
        file.is_intact()
        with file.open() as opened:
            assert opened.read()
    assert list(state()) == before


def test_reading_needs_no_right_to_write(hostile: Path) -> None:
    for folder in (hostile / FOLDER, hostile):
        folder.chmod(0o555)
    try:
        assert len(Carrier(hostile).bundles()) == 2
    finally:
        for folder in (hostile, hostile / FOLDER):
            folder.chmod(0o755)


def test_a_file_of_somebody_else_opens_where_its_access_time_may_not_be_left_alone(
    hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, without = os.open, getattr(os, "O_NOATIME", 0)

    def refusing(path: Path, flags: int, *rest: int) -> int:
        if flags & without:
            raise PermissionError(errno.EPERM, "not the owner")
        return real(path, flags, *rest)

    monkeypatch.setattr(os, "open", refusing)
    assert all(file.open().close() is None for file in Carrier(hostile).bundles())


# what is good


def test_what_was_written_is_named_by_its_bytes_and_not_yet_ejected(tmp_path: Path) -> None:
    written = Carrier(tmp_path).write(bundle_name, _fill)
    assert written == (tmp_path / FOLDER / NAME, DIGEST, len(CONTENT), False)
    assert written.outcome is CarrierOutcome.WRITTEN_NOT_EJECTED
    assert written._replace(ejected=True).outcome is CarrierOutcome.WRITTEN_EJECTED
    assert Carrier(tmp_path).bundles() == [CarrierFile(*written[:3])]
    assert Carrier(tmp_path).write(bundle_name, _fill) == written


def test_a_damaged_file_of_the_same_name_is_replaced(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / NAME).write_bytes(b"damaged")
    Carrier(tmp_path).write(bundle_name, _fill)
    assert _files(tmp_path) == {f"{FOLDER}/{NAME}": CONTENT}


def test_a_bundle_goes_over_a_stick_and_opens(tmp_path: Path) -> None:
    ours = pyrage.x25519.Identity.generate()
    bodies = {"manifest.json": b"{}", "manifest.sig": b"0", "statements.jsonl": b""}
    sources = [Source(name, len(body), io.BytesIO(body)) for name, body in bodies.items()]
    written = Carrier(tmp_path).write(bundle_name, lambda out: seal(out, [str(ours.to_public())], sources))
    (file,) = Carrier(tmp_path).bundles()
    with file.open() as opened, unseal(opened, str(ours)) as members:
        found = {member.name: member.read() for member in members if member.name != "padding"}
    assert (found, members.complete, members.digest) == (bodies, True, written.sha256)
