"""Key slots: damage is told from a wrong passphrase, and nothing in the file names a person."""

from __future__ import annotations

import json
import random
from pathlib import Path

import msgspec
import pyrage
import pytest

from desktop.casefile.keys import COPY_NAME, KEYS_NAME, KeyFile, load_key_file, new_key_file, new_master_key
from desktop.casefile.recovery import new_recovery_bytes
from desktop.casefile.slots import Argon2, Secret, check_value, open_slot, passphrase_secret
from desktop.errors import UserError
from tests.casefile.sample import CHEAP
from tests.casefile.test_files import FailingDisk

ONE, TWO = passphrase_secret("passphrase one"), passphrase_secret("passphrase two")


def _keys(master: bytes) -> KeyFile:
    keys = new_key_file(master).with_slot(ONE, "officer-1", master, CHEAP)
    return keys.with_slot(TWO, "officer-2", master, CHEAP)


def _code(folder: Path) -> str:
    with pytest.raises(UserError) as caught:
        load_key_file(folder)
    return caught.value.code


def test_a_flipped_bit_anywhere_is_damage_and_the_copy_helps(tmp_path: Path) -> None:
    master = new_master_key()
    _keys(master).save(tmp_path)
    data = (tmp_path / KEYS_NAME).read_bytes()
    chosen = random.Random(1)
    for _ in range(60):
        flipped = bytearray(data)
        flipped[chosen.randrange(len(data))] ^= 1 << chosen.randrange(8)
        (tmp_path / KEYS_NAME).write_bytes(flipped)
        opened = load_key_file(tmp_path).unlock(ONE)
        assert opened is not None
        assert opened.master == master
        (tmp_path / COPY_NAME).rename(tmp_path / "aside")
        assert _code(tmp_path) in {"casefile.keys_damaged", "casefile.foreign", "casefile.newer"}
        (tmp_path / "aside").rename(tmp_path / COPY_NAME)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "casefile.keys_damaged"),
        (b"[" * 100_000, "casefile.keys_damaged"),
        (b"\xff\xfe", "casefile.keys_damaged"),
        (b"{}", "casefile.keys_damaged"),
        (b" " * 2_000_000, "casefile.keys_damaged"),
        (b'{"format":"other","version":1}', "casefile.foreign"),
        (b'{"format":"liandong-keys","version":2,"slots":"?"}', "casefile.newer"),
        (
            b'{"format":"liandong-keys","version":1,"digest":"\xe4\xb8\xad","body":{}}',
            "casefile.keys_damaged",
        ),
    ],
)
def test_what_is_not_our_key_file_is_named(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / KEYS_NAME).write_bytes(content)
    assert _code(tmp_path) == code


def test_no_key_file_or_a_folder_of_that_name_is_foreign(tmp_path: Path) -> None:
    assert _code(tmp_path) == "casefile.foreign"
    (tmp_path / KEYS_NAME).mkdir()
    assert _code(tmp_path) == "casefile.foreign"


def test_costs_that_no_pc_can_bear_are_refused_without_being_tried() -> None:
    master = new_master_key()
    keys = _keys(master)
    for cost in (
        Argon2(2**31 - 1, 1, 1, bytes(16)),
        Argon2(64, 10**9, 1, bytes(16)),
        Argon2(64, 1, 10**6, bytes(16)),
    ):
        assert open_slot(keys.file_id, msgspec.structs.replace(keys.slots[0], argon2=cost), ONE) is None


def test_a_slot_moved_to_another_file_or_id_opens_nothing() -> None:
    master = new_master_key()
    keys = _keys(master)
    assert open_slot("0" * 32, keys.slots[0], ONE) is None
    assert open_slot(keys.file_id, msgspec.structs.replace(keys.slots[0], id="0" * 16), ONE) is None


def test_a_master_key_put_in_by_a_stranger_is_refused() -> None:
    master, planted = new_master_key(), new_master_key()
    keys = _keys(master)
    stranger = new_key_file(planted).with_slot(ONE, "officer-1", planted, CHEAP)
    mixed = msgspec.structs.replace(keys.slots[0], master=stranger.slots[0].master)
    assert open_slot(keys.file_id, mixed, ONE) is None
    recipient = pyrage.x25519.Recipient.from_str(keys.slots[0].recipient)
    sealed = pyrage.encrypt(planted + bytes(32), [recipient])
    assert open_slot(keys.file_id, msgspec.structs.replace(keys.slots[0], master=sealed), ONE) is None


def test_the_file_names_nobody_and_shows_no_key(tmp_path: Path) -> None:
    master = new_master_key()
    _keys(master).save(tmp_path)
    text = (tmp_path / KEYS_NAME).read_text()
    assert "officer" not in text
    assert master.hex() not in text
    assert set(json.loads(text)["body"]["slots"][0]) == {
        "id", "kind", "recipient", "identity", "master", "entry", "argon2",
    }  # fmt: skip


def test_the_right_passphrase_opens_and_names_its_officer(tmp_path: Path) -> None:
    master = new_master_key()
    _keys(master).save(tmp_path)
    keys = load_key_file(tmp_path)
    for secret, officer in ((ONE, "officer-1"), (TWO, "officer-2")):
        opened = keys.unlock(secret, first="no such slot")
        assert opened is not None
        assert (opened.master, opened.officer) == (master, officer)
    assert keys.unlock(passphrase_secret("passphrase three")) is None
    full_width = "".join(
        chr(ord(letter) + 0xFEE0) if letter != " " else letter for letter in "passphrase one"
    )
    assert keys.unlock(passphrase_secret(full_width)) is not None
    assert keys.officers(master) == ["officer-1", "officer-2"]
    assert keys.officers(new_master_key()) == []


def test_a_new_master_key_reaches_the_others_without_their_passphrases() -> None:
    old, new = new_master_key(), new_master_key()
    keys = _keys(old).without(lambda _, officer: officer == "officer-1", old).resealed(old, new)
    opened = keys.unlock(TWO)
    assert opened is not None
    assert (opened.master, opened.officer) == (new, "officer-2")
    assert keys.unlock(ONE) is None
    assert keys.check == check_value(new)


def test_a_slot_of_a_kind_from_later_is_kept_and_passed_over() -> None:
    master = new_master_key()
    keys = _keys(master).with_slot(Secret("city", bytes(32)), "city", master, CHEAP)
    again = keys.with_slot(Secret("recovery", new_recovery_bytes()), "officer-1", master, CHEAP)
    assert [slot.kind for slot in again.slots] == ["passphrase", "passphrase", "city", "recovery"]
    assert again.unlock(ONE) is not None


@pytest.mark.parametrize("fail_at", range(1, 11))
def test_a_failing_disk_leaves_old_or_new_keys(tmp_path: Path, fail_at: int) -> None:
    master = new_master_key()
    old = _keys(master)
    old.save(tmp_path)
    new = old.with_slot(passphrase_secret("passphrase new"), "officer-1", master, CHEAP)
    with pytest.raises(OSError, match="no space"):
        new.save(tmp_path, FailingDisk(fail_at))
    found = load_key_file(tmp_path)
    assert found.slots in (old.slots, new.slots)


def test_a_revoked_passphrase_does_not_live_on_in_the_second_copy(tmp_path: Path) -> None:
    master = new_master_key()
    old = _keys(master)
    old.save(tmp_path)
    old.with_slot(passphrase_secret("passphrase new"), "officer-1", master, CHEAP).save(tmp_path)
    (tmp_path / KEYS_NAME).unlink()
    assert load_key_file(tmp_path).unlock(ONE) is None
