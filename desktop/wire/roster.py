"""The roster: what a set of signed statements says of keys, grants and cuts. Knows no database.

A pure function of the set: who is enrolled for which office, whose heads count, who reads a group. What an
entry is worth under it is judged in ``desktop.changes.rights``; the city hub asks it who may knock.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from desktop.wire.groups import city_of, may_share
from desktop.wire.statements import Statement, signed_by_enough


class Roster:
    """What the statements say. ``root`` is the city's first key set; without one a PC trusts only itself."""

    def __init__(
        self, root: str | None, statements: Iterable[Statement], alone: tuple[str, str] | None
    ) -> None:
        self.root = root
        self._key_sets: dict[str, dict[str, Any]] = {}
        self._grants: dict[str, str] = {}
        self._slots: dict[str, int] = {}
        self.cuts: list[dict[str, Any]] = []
        if root is None:
            if alone is not None:
                self._grants[alone[0]] = alone[1]
            return
        self._read(sorted(statements, key=lambda statement: statement.id))

    def _read(self, statements: list[Statement]) -> None:
        waiting = [statement for statement in statements if statement.value["kind"] == "keys"]
        progress = True
        while progress:
            progress = False
            for statement in waiting:
                value = statement.value
                signer = value if statement.id == self.root else self._key_sets.get(value.get("by") or "")
                if statement.id in self._key_sets or signer is None:
                    continue
                if signed_by_enough(statement, signer):
                    self._key_sets[statement.id] = value
                    progress = True
        for statement in statements:
            value = statement.value
            signer = self._key_sets.get(value.get("by") or "")
            if value["kind"] == "keys" or signer is None or not signed_by_enough(statement, signer):
                continue
            if value["kind"] == "grant" and city_of(value["office"]) == signer["city"]:
                self._grants.setdefault(value["device"], value["office"])
                self._slots.setdefault(value["device"], int(value.get("slot", 0)))
            elif value["kind"] == "cut":
                self.cuts.append(value)

    def office(self, device: str) -> str | None:
        """The office a device was granted for; ``None`` for a stranger."""
        return self._grants.get(device)

    def slot(self, device: str) -> int:
        """The device's place among the PCs of its office; 0 keeps the number blocks."""
        return self._slots.get(device, 0)

    def devices(self) -> dict[str, str]:
        """All granted devices with their offices."""
        return dict(self._grants)

    def readers(self, group: str) -> dict[str, str]:
        """Devices that bundles of a group are sealed to, with their offices: granted, in it, not cut off."""
        return {
            device: office
            for device, office in self._grants.items()
            if may_share(group, office) and not self.cuts_of(device, group)
        }

    def knows_keys(self, key_set: str) -> bool:
        """True when the key set is trusted: the root, or reached from it by signatures."""
        return key_set in self._key_sets

    def signers_of(self, statement: Statement) -> dict[str, Any] | None:
        """The key set that a statement is signed under; ``None`` while it is not trusted."""
        by = statement.id if statement.id == self.root else statement.value.get("by")
        return self._key_sets.get(by or "")

    def is_cut(self, device: str) -> bool:
        """True when some cut concerns the device."""
        return any(cut["device"] == device for cut in self.cuts)

    def cuts_of(self, device: str, group: str) -> list[frozenset[str]]:
        """For each cut that concerns the device in this group: the heads it keeps."""
        return [
            frozenset(cut["kept"])
            for cut in self.cuts
            if cut["device"] == device and (cut.get("groups") is None or group in cut["groups"])
        ]
