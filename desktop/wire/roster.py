"""The roster: what a set of signed statements says of keys, grants, cuts and orders. Knows no database.

A pure function of the set (``vouching``: and of the vouchers in entries that count): who is enrolled for
which office, whose heads count, who reads a group. A city's statements reach only its own offices. What an
entry is worth under it is judged in ``desktop.changes.rights``; the city hub asks it who may knock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any, NamedTuple

from desktop.wire import orders
from desktop.wire.entries import Operation
from desktop.wire.groups import city_of, is_described_region, may_share
from desktop.wire.orders import ClockRange, Expunged, Region, Voucher
from desktop.wire.statements import Statement, enough_signed

MAX_VOUCHED = 16
"""So many vouched PCs of an office are among the readers: a bundle has room for 256."""


class Cut(NamedTuple):
    """A cut by the keys of ``city``: of a device or of an office's devices; ``groups``: of these only."""

    city: str
    device: str | None
    office: str | None
    groups: frozenset[str] | None
    kept: frozenset[str]

    def concerns(self, device: str, office: str, group: str | None) -> bool:
        """Whether the device's entries in the group (``None``: in any) are cut by it."""
        return (
            self.city == city_of(office)
            and (device == self.device or (self.office is not None and office == self.office))
            and (group is None or self.groups is None or group in self.groups)
        )


class Standing(NamedTuple):
    """All that a verdict on a device's entries hangs on, entry by entry orders apart."""

    office: str | None
    vouched: tuple[str, ...]
    cuts: frozenset[Cut]


class _Read(NamedTuple):
    """A statement, read once."""

    statement: Statement
    id: str
    value: Mapping[str, Any]


class Roster:
    """What the statements say. ``root`` is the city's first key set; without one a PC trusts only itself."""

    def __init__(
        self,
        root: str | None,
        statements: Iterable[Statement],
        alone: tuple[str, str] | None,
    ) -> None:
        self.root = root
        self._key_sets: dict[str, Mapping[str, Any]] = {}
        self._reached: dict[str, Mapping[str, Any]] = {}
        self._endings: dict[str, list[frozenset[str]]] = {}
        self._grants: dict[str, str] = {}
        self._keys: dict[str, tuple[str, str]] = {}
        self._slots: dict[str, int] = {}
        self._vouched: dict[str, Voucher] = {}
        self._released: dict[str, set[str]] = {}
        self._expunged: dict[tuple[str, str], Expunged] = {}
        self._signed_regions: dict[Region, set[str]] = {}
        self._approved: dict[str, set[str]] = {}
        self.cuts: list[Cut] = []
        self.clocks: list[tuple[str, ClockRange]] = []
        """Ranges that a city (its code) says were written with a wrong clock."""
        self.regions: dict[str, Region] = {}
        """The regions that enough cities signed, by group."""
        self.signed: set[str] = set()
        """Ids of the statements that enough keys of a trusted set signed, ended or not."""
        if root is None:
            if alone is not None:
                self._grants[alone[0]] = alone[1]
            return
        read = [_Read(one, one.id, one.value) for one in sorted(statements, key=lambda one: one.id)]
        self._trust(read)
        for one in read:
            self._take(one)
        for described, cities in self._signed_regions.items():
            if len(cities) >= described.need:
                self.regions[described.group] = described

    def vouching(self, vouchers: Iterable[Voucher]) -> Roster:
        """The same with the vouchers of entries that count; whoever has a grant needs none."""
        found = copy(self)
        found._vouched = {}
        for voucher in sorted(vouchers):
            if voucher.device not in self._grants:
                found._vouched.setdefault(voucher.device, voucher)
        return found

    # key sets

    def _trust(self, read: list[_Read]) -> None:
        """From the root on: each set decides which of those under it are trusted, endings first."""
        parents = {one.id: orders.parents(one.value) for one in read}
        under: dict[str, list[_Read]] = {}
        for one in read:
            if one.value["kind"] == "keys":
                under.setdefault(one.value.get("by") or "", []).append(one)
        first = next((one for one in read if one.id == self.root and one.value["kind"] == "keys"), None)
        if first is None or not _enough(first, first.value):
            return
        self._key_sets[first.id] = first.value
        self.signed.add(first.id)
        self._reach(first, under)
        waiting = [first]
        while waiting:
            set_ = waiting.pop()
            children = [
                one
                for one in under.get(set_.id, [])
                if one.id not in self._key_sets
                and self._may_follow(one.value, set_.value)
                and _enough(one, set_.value)
            ]
            self._endings[set_.id] = [
                frozenset(_ancestors(one.id, parents)) for one in children if orders.ends(one.value)
            ]
            for one in children:
                self.signed.add(one.id)
                if orders.ends(one.value) or self._outlives(set_.id, one.id):
                    self._key_sets[one.id] = one.value
                    waiting.append(one)

    def _reach(self, first: _Read, under: Mapping[str, list[_Read]]) -> None:
        """Follows signatures from the root on, whatever was ended."""
        waiting = [first]
        while waiting:
            set_ = waiting.pop()
            self._reached[set_.id] = set_.value
            waiting += [
                one
                for one in under.get(set_.id, [])
                if one.id not in self._reached
                and self._may_follow(one.value, set_.value)
                and _enough(one, set_.value)
            ]

    def _may_follow(self, one: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
        """Other cities are admitted by the city of the root alone; its ending is a city's own affair."""
        home = self._key_sets[self.root or ""]["city"]
        own = one["city"] == before["city"]
        return bool(own or (before["city"] == home and not orders.ends(one)))

    def _outlives(self, key_set: str, statement: str) -> bool:
        """True when every ending of the key set knew the statement."""
        return all(statement in known for known in self._endings.get(key_set, []))

    # the others

    def _take(self, one: _Read) -> None:
        kind, by = one.value["kind"], one.value.get("by") or ""
        signer = self._key_sets.get(by)
        if kind == "keys" or signer is None or not _enough(one, signer):
            return
        self.signed.add(one.id)
        if not self._outlives(by, one.id):
            return
        city, value = signer["city"], one.value
        if kind == "grant" and city_of(value["office"]) == city:
            if value["device"] not in self._grants:
                self._grants[value["device"]] = value["office"]
                self._slots[value["device"]] = int(value.get("slot", 0))
                self._keys[value["device"]] = (value["keys"][0], value["keys"][1])
        elif kind == "cut":
            self.cuts.append(_cut(city, value))
        elif kind == "release":
            self._released.setdefault(city, set()).update(orders.released(value))
        elif kind == "approve" and (entry := orders.approved(value)):
            self._approved.setdefault(city, set()).add(entry)
        elif kind == "clock" and (span := orders.clock_range(value)):
            self.clocks.append((city, span))
        elif kind == "expunge" and (order := orders.expunged(value)):
            self._expunged.setdefault((order.entry, city), order)
        elif kind == "region" and (described := orders.region(value)) and city in described.cities:
            self._signed_regions.setdefault(described, set()).add(city)

    # who

    def office(self, device: str) -> str | None:
        """The office a device was granted for; ``None`` for a stranger, and for one only vouched for."""
        return self._grants.get(device)

    def author_office(self, device: str, group: str) -> str | None:
        """The office a device writes for in a group: granted, or vouched for in its own office's group."""
        found = self._grants.get(device)
        if found is None and (voucher := self._vouched.get(device)) is not None:
            return voucher.office if group == f"office:{voucher.office}" else None
        return found

    def shares(self, group: str, office: str) -> bool:
        """True when the office belongs to the group; a described region's is known once it is signed."""
        if is_described_region(group):
            described = self.regions.get(group)
            return described is not None and city_of(office) in described.cities
        return may_share(group, office)

    def slot(self, device: str) -> int:
        """The device's place among the PCs of its office; 0 keeps the number blocks, −1 is only vouched."""
        return -1 if device in self._vouched else self._slots.get(device, 0)

    def devices(self) -> dict[str, str]:
        """All granted devices with their offices."""
        return dict(self._grants)

    def vouched(self) -> dict[str, Voucher]:
        """Devices that wait for their grant, with who they say they are."""
        return dict(self._vouched)

    def age_key(self, device: str) -> str:
        """The key that bundles for a device are sealed to. Raises ``KeyError`` for a stranger."""
        return self._vouched[device].keys[1] if device in self._vouched else self._keys[device][1]

    def signing_key(self, device: str) -> str:
        """The key that a granted device signs with. Raises ``KeyError`` for any other."""
        return self._keys[device][0]

    def readers(self, group: str) -> dict[str, str]:
        """Devices that bundles of a group are sealed to, with their offices: in it, not cut off.

        Granted ones, and in an office's own group the first few that it vouches for.
        """
        vouched = [one for one in self._vouched.values() if group == f"office:{one.office}"][:MAX_VOUCHED]
        candidates = self._grants | {one.device: one.office for one in vouched}
        return {
            device: office
            for device, office in candidates.items()
            if self.shares(group, office) and not self.cuts_of(device, group)
        }

    # keys

    def knows_keys(self, key_set: str) -> bool:
        """True when the key set is trusted: the root, or reached from it by signatures."""
        return key_set in self._key_sets

    def key_sets(self) -> dict[str, Mapping[str, Any]]:
        """The trusted key sets, ended ones too."""
        return dict(self._key_sets)

    def is_ended(self, key_set: str) -> bool:
        """True when a later set of the same city ends this one."""
        return bool(self._endings.get(key_set))

    def contested(self) -> list[str]:
        """Key sets that more than one other ends: whose was meant nobody can tell."""
        return sorted(key_set for key_set, endings in self._endings.items() if len(endings) > 1)

    def signers_of(self, statement: Statement) -> Mapping[str, Any] | None:
        """The key set that a statement is signed under; ``None`` while it is not trusted."""
        by = statement.id if statement.id == self.root else statement.value.get("by")
        return self._key_sets.get(by or "")

    def issuer_of(self, statement: Statement) -> Mapping[str, Any] | None:
        """The key set that a statement is signed under, ended or not; ``None`` while signatures from the
        root do not reach it. What is reached only grows with the statements; what is trusted may shrink."""
        if statement.id == self.root:
            return statement.value if statement.value["kind"] == "keys" else None
        return self._reached.get(statement.value.get("by") or "")

    def proves(self, statement: Statement) -> bool:
        """True when those signed a statement who could, whatever was ended since: nobody else can make such
        a one, and in any order of arrival the same ones are found to be so."""
        issuer, value = self.issuer_of(statement), statement.value
        if issuer is None:
            return False
        if value["kind"] == "keys" and issuer != value and not self._may_follow(value, issuer):
            return False
        return _enough(_Read(statement, statement.id, value), issuer)

    # what is said of entries

    def cuts_of(self, device: str, group: str) -> list[frozenset[str]]:
        """For each cut that concerns the device in this group: the heads it keeps."""
        office = self.author_office(device, group)
        if office is None:
            return []
        return [cut.kept for cut in self.cuts if cut.concerns(device, office, group)]

    def is_cut(self, device: str) -> bool:
        """True when some cut concerns the device."""
        office = self._grants.get(device) or (self._vouched[device].office if device in self._vouched else "")
        return bool(office) and any(cut.concerns(device, office, None) for cut in self.cuts)

    def is_released(self, entry: str, office: str) -> bool:
        """True when the author's city lets the entry count although it was cut off."""
        return entry in self._released.get(city_of(office), ())

    def is_approved(self, entry: str, office: str) -> bool:
        """True when the author's city confirms the mass change of the entry."""
        return entry in self._approved.get(city_of(office), ())

    def expunged(self, entry: str, office: str) -> Expunged | None:
        """The order of the author's city that takes the entry's payload away."""
        return self._expunged.get((entry, city_of(office)))

    def ordered(self) -> set[str]:
        """Entries that some city orders expunged."""
        return {entry for entry, _ in self._expunged}

    def expunged_files(self) -> set[str]:
        """SHA-256 of attachments that only expunged entries named."""
        return {name for order in self._expunged.values() for name in order.blobs}

    def spoken_of(self) -> dict[str, frozenset[Any]]:
        """What is said of single entries, by entry: releases and expunges, to be compared."""
        found: dict[str, set[Any]] = {}
        for city, entries in self._released.items():
            for entry in entries:
                found.setdefault(entry, set()).add(("release", city))
        for (entry, city), order in self._expunged.items():
            found.setdefault(entry, set()).add(("expunge", city, repr(order)))
        return {entry: frozenset(said) for entry, said in found.items()}

    def standing(self, device: str) -> Standing:
        """What the verdicts on a device's entries hang on."""
        office, voucher = self._grants.get(device), self._vouched.get(device)
        where = office or (voucher.office if voucher else None)
        cuts = frozenset(cut for cut in self.cuts if where and cut.concerns(device, where, None))
        return Standing(office, (voucher.office,) if voucher else (), cuts)

    def ghost(self, entry: str, office: str | None) -> list[Operation] | None:
        """What stands in the place of an expunged payload; ``None`` when there is no order."""
        order = None if office is None else self.expunged(entry, office)
        return None if order is None else order.ghost


def _cut(city: str, value: Mapping[str, Any]) -> Cut:
    groups = value.get("groups")
    office = value.get("office") if value["device"] == "" else None
    return Cut(
        city,
        value["device"] or None,
        office if isinstance(office, str) else None,
        None if groups is None else frozenset(groups),
        frozenset(value["kept"]),
    )


def _enough(one: _Read, key_set: Mapping[str, Any]) -> bool:
    need = int(key_set["k"])
    if one.value["kind"] in orders.TWO_OFFICIALS and len(key_set["keys"]) > 1:
        need = max(need, 2)
    return enough_signed(one.statement, key_set, need)


def _ancestors(statement: str, parents: Mapping[str, list[str]]) -> set[str]:
    """The statements from which this one is reached, itself included."""
    found, waiting = {statement}, [statement]
    while waiting:
        for parent in parents.get(waiting.pop(), ()):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found
