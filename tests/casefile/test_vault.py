"""The vault is a convenience: however it fails, the passphrase is asked for and nothing changes."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keyring.errors
import pytest

from desktop.casefile.unlocking import FromVault, Passphrase, ask_vault
from desktop.casefile.vault import Vault
from desktop.errors import UserError
from tests.casefile.sample import create, people, reopen, snapshot


class MemoryKeyring:
    """A keyring that works."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str, /) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str, /) -> None:
        if (service, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError
        del self.kept[service, username]


class NoBackend(MemoryKeyring):
    def get_password(self, service: str, username: str, /) -> str | None:
        raise keyring.errors.NoKeyringError

    def set_password(self, service: str, username: str, password: str, /) -> None:
        raise keyring.errors.NoKeyringError

    def delete_password(self, service: str, username: str, /) -> None:
        raise keyring.errors.NoKeyringError


class Locked(NoBackend):
    def get_password(self, service: str, username: str, /) -> str | None:
        raise keyring.errors.InitError

    def set_password(self, service: str, username: str, password: str, /) -> None:
        raise keyring.errors.InitError


class SaysNone(MemoryKeyring):
    """KWallet's answer for "not unlocked"; what is set seems to go well."""

    def get_password(self, service: str, username: str, /) -> str | None:
        return None


class WrongValue(MemoryKeyring):
    def get_password(self, service: str, username: str, /) -> str | None:
        return "QUJDRA=="


class OtherKey(MemoryKeyring):
    """32 bytes as they should be, but of something else."""

    def get_password(self, service: str, username: str, /) -> str | None:
        return "A" * 43 + "="


class Hangs(MemoryKeyring):
    """A dialogue that nobody answers."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()

    def get_password(self, service: str, username: str, /) -> str | None:
        self.answered.wait()
        return None

    set_password = delete_password = get_password  # type: ignore[assignment]


@pytest.fixture
def hangs() -> Iterator[Hangs]:
    ring = Hangs()
    yield ring
    ring.answered.set()
    for thread in threading.enumerate():
        if thread.name == "vault":
            thread.join()


FAILURES = [NoBackend, Locked, SaysNone, WrongValue, OtherKey, Hangs]


@pytest.mark.parametrize("failure", FAILURES)
def test_every_failure_ends_at_the_passphrase_and_changes_nothing(
    tmp_path: Path, failure: type[MemoryKeyring], hangs: Hangs
) -> None:
    made, _ = create(tmp_path)
    assert made.remember_in_vault(Vault(MemoryKeyring()))
    made.close()
    before = snapshot(tmp_path)
    ring = hangs if failure is Hangs else failure()
    with pytest.raises(UserError) as caught:
        reopen(tmp_path, unlock=FromVault(Vault(ring, time_limit_s=0.05)))
    assert caught.value.code == "casefile.vault_unavailable"
    assert snapshot(tmp_path) == before
    assert ring.kept == {}
    reopen(tmp_path).close()


@pytest.mark.parametrize("failure", [NoBackend, Locked, SaysNone, WrongValue, Hangs])
def test_a_vault_that_does_not_keep_what_it_was_given_gets_no_slot(
    tmp_path: Path, failure: type[MemoryKeyring], hangs: Hangs
) -> None:
    made, _ = create(tmp_path)
    keys = (made.folder / "keys.json").read_bytes()
    assert not made.remember_in_vault(Vault(hangs if failure is Hangs else failure(), time_limit_s=0.05))
    assert (made.folder / "keys.json").read_bytes() == keys
    made.close()


def test_no_call_is_made_on_the_callers_thread() -> None:
    class Notes(MemoryKeyring):
        def get_password(self, service: str, username: str, /) -> str | None:
            self.kept["thread", ""] = threading.current_thread().name
            return None

    ring = Notes()
    assert Vault(ring).get("file") is None
    assert ring.kept["thread", ""] == "vault"


def test_a_remembered_file_opens_for_its_officer_until_forgotten(tmp_path: Path) -> None:
    ring = MemoryKeyring()
    made, _ = create(tmp_path)
    assert made.remember_in_vault(Vault(ring))
    assert made.remember_in_vault(Vault(ring))
    made.close()
    assert [len(value) for value in ring.kept.values()] == [44]
    opened = reopen(tmp_path, unlock=FromVault(Vault(ring)))
    assert opened.officer == made.officer
    assert people(opened.reader) == []
    kept = dict(ring.kept)
    opened.forget_in_vault(Vault(ring))
    opened.close()
    assert ring.kept == {}
    ring.kept = kept
    with pytest.raises(UserError) as caught:
        reopen(tmp_path, unlock=FromVault(Vault(ring)))
    assert caught.value.code == "casefile.vault_unavailable"


REAL = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from desktop.casefile.unlocking import FromVault, Passphrase, ask_vault
from desktop.casefile.vault import Vault
from tests.casefile.sample import create, reopen
base = Path({base!r})
vault = Vault(time_limit_s=20)
made, _ = create(base)
assert made.remember_in_vault(vault), "the vault kept nothing"
made.close()
opened = reopen(base, unlock=FromVault(vault))
assert vault.get(opened.file_id)
opened.forget_in_vault(vault)
assert vault.get(opened.file_id) is None
opened.close()
sys.stdout.write("kept and forgotten")
"""


@pytest.mark.skipif(
    not all(shutil.which(name) for name in ("dbus-run-session", "gnome-keyring-daemon")),
    reason="dbus-run-session or gnome-keyring-daemon is not installed (apt: dbus-daemon gnome-keyring)",
)
@pytest.mark.skipif(
    importlib.util.find_spec("secretstorage") is None, reason="no Secret Service library on this platform"
)
def test_a_real_keyring_keeps_and_forgets(tmp_path: Path) -> None:
    home = tmp_path / "home"
    runtime = tmp_path / "runtime"
    for folder in (home, runtime):
        folder.mkdir(mode=0o700)
    root = Path(__file__).resolve().parents[2]
    (tmp_path / "real.py").write_text(REAL.format(root=str(root), base=str(tmp_path / "base")), "utf-8")
    unlock = "printf session | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
    done = subprocess.run(
        [
            "dbus-run-session",
            "--",
            "sh",
            "-c",
            f'{unlock} && exec "$0" "$1"',
            sys.executable,
            tmp_path / "real.py",
        ],
        env={
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_DATA_HOME": str(home / "data"),
            "PATH": os.environ["PATH"],
            "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
        },
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "kept and forgotten", done.stderr


def test_a_vault_is_asked_before_the_file_is_locked_and_only_when_it_may_know(
    tmp_path: Path, hangs: Hangs
) -> None:
    ring = MemoryKeyring()
    made, _ = create(tmp_path)
    made.close()
    assert ask_vault(made.folder, Vault(hangs)) is None
    with reopen(tmp_path) as casefile:
        assert casefile.remember_in_vault(Vault(ring))
        answer = ask_vault(made.folder, Vault(ring))
    assert ask_vault(made.folder, Vault(hangs, time_limit_s=0.05)) is None
    assert ask_vault(tmp_path / "nowhere", Vault(ring)) is None
    assert answer is not None
    ring.kept.clear()
    reopen(tmp_path, unlock=answer).close()


def test_a_vault_that_answers_after_the_file_was_closed_changes_nothing(
    tmp_path: Path,
) -> None:
    made, _ = create(tmp_path)

    class ClosesMeanwhile(MemoryKeyring):
        def set_password(self, service: str, username: str, password: str, /) -> None:
            made.close()
            super().set_password(service, username, password)

    keys = (made.folder / "keys.json").read_bytes()
    with pytest.raises(UserError) as caught:
        made.remember_in_vault(Vault(ClosesMeanwhile()))
    assert caught.value.code == "casefile.locked"
    assert (made.folder / "keys.json").read_bytes() == keys


def test_slots_are_changed_one_at_a_time(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: made.add_officer(f"row-{number}", f"passphrase {number}"), range(12)))
    made.close()
    for number in (0, 5, 11):
        reopen(tmp_path, unlock=Passphrase(f"passphrase {number}")).close()
