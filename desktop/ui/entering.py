"""What runs beside the window while somebody signs in: looking, opening, opening a backup instead.

No screen here; the sentences are handed in by the one who shows them.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from desktop.casefile.casefile import CaseFile
from desktop.casefile.opening import refuse_stranger
from desktop.casefile.unlocking import FromVault, Unlock, ask_vault
from desktop.casefile.vault import Vault
from desktop.casework.setting_up import open_case_file, open_newest_backup


class Entered(NamedTuple):
    """An open case file, and what is to be told about how it was opened."""

    casefile: CaseFile
    remark: str = ""


def look_in(folder: Path, vault: Vault) -> FromVault | None:
    """What the vault says about the case file. Raises ``UserError`` when there is none."""
    refuse_stranger(folder)
    return ask_vault(folder, vault)


def enter(folder: Path, unlock: Unlock, remember: Vault | None, unavailable: str) -> Entered:
    """Opens the case file, and lets a vault remember it; ``unavailable`` is told when that vault does not.

    Raises ``UserError`` as ``open_case_file``.
    """
    casefile = open_case_file(folder, unlock)
    if remember is None or _remembered(casefile, remember):
        return Entered(casefile)
    return Entered(casefile, unavailable)


def enter_backup(folder: Path, unlock: Unlock, word: str, told: str) -> Entered:
    """Opens the newest sound backup beside a damaged case file; ``told`` says from ``{when}`` it is.

    Raises ``UserError`` as ``open_newest_backup``.
    """
    casefile, made = open_newest_backup(folder, unlock, word)
    return Entered(casefile, told.format(when=f"{made.astimezone():%Y-%m-%d %H:%M}"))


def _remembered(casefile: CaseFile, vault: Vault) -> bool:
    try:
        return casefile.remember_in_vault(vault)
    except Exception:  # the file is open: nothing here may take that away
        return False
