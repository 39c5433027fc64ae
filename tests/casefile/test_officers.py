"""Officers come and go; the printed key helps; whoever goes opens nothing any more."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from desktop.casefile import rekeying
from desktop.casefile.casefile import CaseFile
from desktop.casefile.database import connect
from desktop.casefile.slots import derive
from desktop.casefile.unlocking import FromVault, Passphrase, RecoveryKey, Unlock
from desktop.casefile.vault import Vault
from desktop.errors import UserError
from tests.casefile.sample import CHEAP, OFFICER, PASSPHRASE, add_person, create, people, reopen, snapshot
from tests.casefile.test_vault import MemoryKeyring

OTHER, THIRD = "0190-officer-two", "0190-officer-three"


def _refusal(base: Path, unlock: Unlock) -> str:
    with pytest.raises(UserError) as caught:
        reopen(base, unlock=unlock)
    return caught.value.code


@pytest.fixture
def three(tmp_path: Path) -> tuple[CaseFile, str]:
    """A case file of three officers with a person and two attachments, and its recovery key."""
    made, printed = create(tmp_path)
    made.add_officer(OTHER, "passphrase two")
    made.add_officer(THIRD, "passphrase three")
    add_person(made.engine, 1)
    for content in (b"photograph", b"x" * 5_000_000):
        made.blobs.put(io.BytesIO(content))
    return made, printed


def test_nobody_is_added_twice_or_removed_in_vain(three: tuple[CaseFile, str]) -> None:
    made, _ = three
    before = snapshot(made.folder)
    for act, code in (
        (lambda: made.add_officer(OTHER, "another passphrase"), "casefile.officer_known"),
        (lambda: made.add_officer("new", "short"), "casefile.passphrase_short"),
        (lambda: made.remove_officer(OFFICER), "casefile.remove_self"),
        (lambda: made.remove_officer("nobody"), "casefile.officer_unknown"),
        (lambda: made.change_passphrase("wrong one", "long enough"), "casefile.wrong_passphrase"),
        (lambda: made.change_passphrase("passphrase two", "long enough"), "casefile.wrong_passphrase"),
        (lambda: made.change_passphrase(PASSPHRASE, "short"), "casefile.passphrase_short"),
    ):
        with pytest.raises(UserError) as caught:
            act()
        assert caught.value.code == code
    assert snapshot(made.folder) == before
    assert made.officers() == [OFFICER, OTHER, THIRD]
    made.close()


def test_whoever_goes_opens_nothing_and_the_others_keep_their_passphrases(
    tmp_path: Path, three: tuple[CaseFile, str]
) -> None:
    made, printed = three
    ring = MemoryKeyring()
    assert made.remember_in_vault(Vault(ring))
    refs = [made.blobs.verify(name) for name in made.blobs.names()]
    assert made._master is not None
    old_key = derive(made._master, "database")
    with made.drafts.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE draft (text)")
    new_printed = made.remove_officer(OTHER)
    add_person(made.engine, 2)
    assert people(made.reader) == [1, 2]
    with made.drafts.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM draft").scalar() == 0
    assert made.officers() == [OFFICER, THIRD]
    for ref in refs:
        found = made.blobs.verify(made.blobs.name_of(ref.sha256))
        assert (found.sha256, found.size) == (ref.sha256, ref.size)
    assert not {ref.name for ref in refs} & set(made.blobs.names())
    made.close()
    assert _refusal(tmp_path, Passphrase("passphrase two")) == "casefile.wrong_passphrase"
    assert _refusal(tmp_path, RecoveryKey(printed)) == "casefile.wrong_recovery_key"
    with pytest.raises(Exception, match="not a database"):
        connect(made.folder / "case.db", old_key)
    for unlock, officer in (
        (Passphrase(PASSPHRASE), OFFICER),
        (Passphrase("passphrase three"), THIRD),
        (RecoveryKey(new_printed), OFFICER),
        (FromVault(Vault(ring)), OFFICER),
    ):
        with reopen(tmp_path, unlock=unlock) as opened:
            assert (opened.officer, opened.restored) == (officer, False)
            assert people(opened.reader) == [1, 2]
    names = sorted(path.name for path in made.folder.iterdir())
    assert names == ["blobs", "case.db", "drafts.db", "keys.json", "keys.json.bak", "lock"]


def test_a_removal_that_fails_before_the_swap_never_happened(
    tmp_path: Path, three: tuple[CaseFile, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, printed = three

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rekeying, "fsync_tree", fails)
    with pytest.raises(UserError) as caught:
        made.remove_officer(OTHER)
    assert caught.value.code == "environment.disk_full"
    assert people(made.reader) == [1]
    add_person(made.engine, 2)
    made.close()
    with reopen(tmp_path, unlock=Passphrase("passphrase two")) as opened:
        assert people(opened.reader) == [1, 2]
    reopen(tmp_path, unlock=RecoveryKey(printed)).close()


def test_a_swap_that_was_cut_is_finished_by_the_next_opening(
    tmp_path: Path, three: tuple[CaseFile, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = three
    genuine = Path.replace

    def fails(self: Path, target: Path) -> Path:
        if self.parent.name == rekeying.FOLDER_NAME and self.name == "keys.json.bak":
            raise OSError(5, "Input/output error")
        return genuine(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fails)
        # Saving the new keys inside the copy renames too: those carry a temporary name.
        with pytest.raises(UserError) as caught:
            made.remove_officer(OTHER)
    assert caught.value.code == "environment.io_error"
    assert not made.writable
    with pytest.raises(UserError) as caught:
        reopen(tmp_path, write=False)
    assert caught.value.code == "casefile.unfinished"
    assert _refusal(tmp_path, Passphrase("passphrase two")) == "casefile.wrong_passphrase"
    with reopen(tmp_path, unlock=Passphrase("passphrase three")) as opened:
        assert people(opened.reader) == [1]
        assert len([opened.blobs.verify(name) for name in opened.blobs.names()]) == 2
    assert not (made.folder / rekeying.FOLDER_NAME).exists()


def test_a_changed_passphrase_replaces_the_old_one(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    made.change_passphrase(PASSPHRASE, "another passphrase")
    made.close()
    assert _refusal(tmp_path, Passphrase(PASSPHRASE)) == "casefile.wrong_passphrase"
    with reopen(tmp_path, unlock=Passphrase("another passphrase")) as opened:
        assert opened.officer == OFFICER


def test_a_forgotten_passphrase_is_replaced_with_the_printed_key(
    tmp_path: Path, three: tuple[CaseFile, str]
) -> None:
    made, printed = three
    folder = made.folder
    with pytest.raises(UserError) as caught:
        CaseFile.recover(folder, printed, "new passphrase", cost=CHEAP)
    assert caught.value.code == "casefile.in_use"
    made.close()
    before = snapshot(folder)
    for key, new, code in (
        (printed[:-1], "new passphrase", "casefile.recovery_mistyped"),
        (printed, "short", "casefile.passphrase_short"),
    ):
        with pytest.raises(UserError) as caught:
            CaseFile.recover(folder, key, new, cost=CHEAP)
        assert caught.value.code == code
    assert snapshot(folder) == before
    CaseFile.recover(folder, printed.lower().replace("-", " "), "new passphrase", cost=CHEAP)
    CaseFile.recover(folder, printed, "new for the other", officer=OTHER, cost=CHEAP)
    for passphrase, officer in (("new passphrase", OFFICER), ("new for the other", OTHER)):
        with reopen(tmp_path, unlock=Passphrase(passphrase)) as opened:
            assert opened.officer == officer
    assert _refusal(tmp_path, Passphrase(PASSPHRASE)) == "casefile.wrong_passphrase"
    assert _refusal(tmp_path, Passphrase("passphrase two")) == "casefile.wrong_passphrase"
    reopen(tmp_path, unlock=Passphrase("passphrase three")).close()


def test_a_new_recovery_key_voids_the_old_one(tmp_path: Path) -> None:
    made, printed = create(tmp_path)
    new = made.new_recovery_key()
    made.close()
    assert _refusal(tmp_path, RecoveryKey(printed)) == "casefile.wrong_recovery_key"
    reopen(tmp_path, unlock=RecoveryKey(new)).close()


def test_the_slot_that_opened_last_is_tried_first(tmp_path: Path, three: tuple[CaseFile, str]) -> None:
    made, _ = three
    made.close()
    with reopen(tmp_path, unlock=Passphrase("passphrase three")) as opened:
        slot = opened._slot
    with reopen(tmp_path, unlock=Passphrase("passphrase three")) as opened:
        assert opened._continuity.last_slot == slot
        assert opened._key_file.slots[-1].id == slot
    shutil.rmtree(tmp_path / "state")
    with reopen(tmp_path, unlock=Passphrase("passphrase three")) as opened:
        assert opened.officer == THIRD
