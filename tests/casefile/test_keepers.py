"""Any k of the city's keepers open a case file together; fewer, others, or an altered slot do not."""

from __future__ import annotations

import base64
import itertools
import json
from pathlib import Path
from typing import Any

import msgspec
import pyrage
import pytest

from desktop.casefile.keepers import KeptBy, make_city_slot, new_share, open_city_slot, read_share
from desktop.casefile.keys import KEYS_NAME, load_key_file
from desktop.casefile.slots import Slot
from desktop.casefile.unlocking import CityShares, Passphrase, RecoveryKey
from desktop.errors import UserError
from tests.casefile.sample import OFFICER, PASSPHRASE, add_person, create, people, reopen

OTHER = "0190-officer-two"
MASTER = bytes(range(32))


def _keepers(count: int, need: int) -> tuple[KeptBy, list[str]]:
    made = [new_share() for _ in range(count)]
    return KeptBy("f" * 64, tuple(recipient for _, recipient in made), need), [share for share, _ in made]


def _refusal(folder: Path, *shares: str, officer: str | None = None) -> str:
    with pytest.raises(UserError) as caught:
        reopen(folder, unlock=CityShares(shares, officer))
    return caught.value.code


@pytest.mark.parametrize(("count", "need"), [(1, 1), (3, 2), (5, 3), (7, 4), (7, 7)])
def test_every_k_of_n_open_in_any_order_and_no_fewer(count: int, need: int) -> None:
    kept_by, shares = _keepers(count, need)
    slot = make_city_slot("file", kept_by, MASTER)
    for some in itertools.combinations(shares, need):
        assert open_city_slot(slot, some[::-1]) == open_city_slot(slot, some) == MASTER
        with pytest.raises(UserError) as caught:
            open_city_slot(slot, [*some[1:], *some[1:]])
        assert caught.value.code == "casefile.too_few_shares"
    assert open_city_slot(slot, shares) == MASTER
    assert len(msgspec.json.encode(slot)) < 100_000


@pytest.mark.parametrize(("count", "need"), [(0, 0), (2, 3), (8, 2), (2, 0)])
def test_numbers_that_cannot_be_are_no_slot(count: int, need: int) -> None:
    with pytest.raises(ValueError, match="keepers"):
        make_city_slot("file", _keepers(count, need)[0], MASTER)
    with pytest.raises(ValueError, match="recipient"):
        make_city_slot("file", KeptBy("f" * 64, ("age1x",), 1), MASTER)


def test_the_file_opens_with_shares_and_a_new_passphrase_is_given(tmp_path: Path) -> None:
    made, printed = create(tmp_path)
    made.add_officer(OTHER, "passphrase two")
    add_person(made.engine, 1)
    assert made.kept_by is None
    made.close()
    assert _refusal(tmp_path, new_share()[0]) == "casefile.no_city_slot"
    kept_by, shares = _keepers(5, 3)
    with reopen(tmp_path) as opened:
        opened.seal_for_keepers(kept_by)
        assert opened.kept_by == kept_by
    assert _refusal(tmp_path, *shares[:2]) == "casefile.too_few_shares"
    assert _refusal(tmp_path, *shares[:2], shares[1]) == "casefile.too_few_shares"
    assert _refusal(tmp_path, *shares[:2], new_share()[0]) == "casefile.wrong_shares"
    assert _refusal(tmp_path, *shares[:3], officer="nobody") == "casefile.officer_unknown"
    with reopen(tmp_path, unlock=CityShares((shares[4], shares[0], shares[2]), OTHER)) as opened:
        assert opened.officer == OTHER
        assert people(opened.reader) == [1]
        with pytest.raises(UserError):
            opened.give_passphrase("short")
        opened.give_passphrase("a passphrase found again")
    for unlock, officer in (
        (Passphrase("a passphrase found again"), OTHER),
        (Passphrase(PASSPHRASE), OFFICER),
        (RecoveryKey(printed), OFFICER),
        (CityShares(tuple(shares[2:])), OFFICER),
    ):
        with reopen(tmp_path, unlock=unlock) as opened:
            assert opened.officer == officer
    with pytest.raises(UserError):
        reopen(tmp_path, unlock=Passphrase("passphrase two"))


def test_other_keepers_replace_those_before(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    before, old = _keepers(3, 2)
    after, new = _keepers(2, 1)
    made.seal_for_keepers(before)
    made.seal_for_keepers(after)
    made.close()
    assert _refusal(tmp_path, *old) == "casefile.wrong_shares"
    with reopen(tmp_path, unlock=CityShares((new[1],))) as opened:
        opened.seal_for_keepers(None)
        assert opened.kept_by is None
    assert _refusal(tmp_path, *new) == "casefile.no_city_slot"


def test_an_officer_who_goes_leaves_the_keepers_a_slot_to_the_new_master_key(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    made.add_officer(OTHER, "passphrase two")
    kept_by, shares = _keepers(3, 2)
    made.seal_for_keepers(kept_by)
    old = made._master
    made.remove_officer(OTHER)
    assert made.kept_by == kept_by
    assert made._master != old
    made.close()
    with reopen(tmp_path, unlock=CityShares((shares[2], shares[0]))) as opened:
        assert opened._master != old
    assert [slot.kind for slot in load_key_file(made.folder).slots].count("city") == 1


def _altered(slot: Slot, **change: Any) -> Slot:
    return msgspec.structs.replace(slot, **change)


def test_an_altered_slot_is_noticed_inside_and_opens_nothing_else(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    kept_by, shares = _keepers(3, 2)
    made.seal_for_keepers(kept_by)
    master = made._master
    assert master is not None
    keys = made._key_file
    city = next(slot for slot in keys.slots if slot.kind == "city")
    rest = tuple(slot for slot in keys.slots if slot is not city)
    thief, his = _keepers(3, 2)
    theirs = make_city_slot(made.file_id, thief, bytes(32))
    for bad in (
        _altered(city, identity=msgspec.json.encode(thief)),
        _altered(city, master=theirs.master),
        _altered(city, entry=bytes(32)),
        _altered(city, id="0" * 16),
        _altered(theirs, entry=city.entry),
        _altered(city, identity=b"{}", master=b"[]"),
    ):
        altered = type(keys)(keys.file_id, keys.check, (*rest, bad))
        assert altered.kept_by(master) is None
        assert all(slot.kind != "city" for slot in altered.resealed(master, bytes(32)).slots)
    for bad, given, code in (
        (theirs, his, "casefile.city_slot_damaged"),
        (_altered(city, master=theirs.master), shares, "casefile.city_slot_damaged"),
        (_altered(city, master=b"x"), shares, "casefile.city_slot_damaged"),
        (_altered(city, master=b"[" * 5000), shares, "casefile.city_slot_damaged"),
        (_altered(city, identity=b"\xff"), shares, "casefile.city_slot_damaged"),
        (
            _altered(city, identity=b'{"statement":"","keys":[],"need":0}'),
            shares,
            "casefile.city_slot_damaged",
        ),
    ):
        with pytest.raises(UserError) as caught:
            type(keys)(keys.file_id, keys.check, (*rest, bad)).unlock_by_keepers(given, None)
        assert caught.value.code == code
    made.close()


def test_a_cover_that_hides_something_else_is_damage() -> None:
    kept_by, shares = _keepers(2, 2)
    slot = make_city_slot("file", kept_by, MASTER)
    (covered,) = json.loads(slot.master)
    for inner in (b"short", MASTER + b"x"):
        data = inner
        for key in kept_by.keys:
            data = pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(key)])
        covered["file"] = base64.b64encode(data).decode()
        with pytest.raises(UserError) as caught:
            open_city_slot(_altered(slot, master=json.dumps([covered]).encode()), shares)
        assert caught.value.code == "casefile.city_slot_damaged"


def test_a_share_is_read_from_its_file_and_from_its_print() -> None:
    share, recipient = new_share()
    text = f"# 第1份\n# public key: {recipient}\n{share}\n"
    for typed in (text, share, share.lower(), " ".join(share), f"\ufeff#\r\n  {share}\r\n"):
        assert read_share(typed.encode()) == share
    wrong = share[:-1] + ("Q" if share[-1] != "Q" else "P")
    for bad in ("", recipient, wrong, share[:-1], f"{share}\n{new_share()[0]}", "AGE-SECRET-KEY-1", "\0"):
        with pytest.raises(UserError) as caught:
            read_share(bad.encode())
        assert caught.value.code == "casefile.no_recovery_share"


def test_keys_are_written_whole_with_the_slot(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    made.seal_for_keepers(_keepers(7, 4)[0])
    made.close()
    size = (made.folder / KEYS_NAME).stat().st_size
    assert size < 200_000
    with reopen(tmp_path):
        pass
