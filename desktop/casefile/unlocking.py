"""The ways to open a case file, and what each says when it fails.

Knows key slots and the vault, not the database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from desktop.casefile.keys import KeyFile, Opened, load_key_file
from desktop.casefile.recovery import recovery_bytes
from desktop.casefile.slots import Secret, passphrase_secret
from desktop.casefile.vault import Told, Vault
from desktop.errors import UserError

MIN_PASSPHRASE = 8
"""Characters. NIST SP 800-63B-4 asks for 8 where the guess is slowed down, as Argon2id does."""


@dataclass(frozen=True)
class Passphrase:
    """Opens with an officer's passphrase."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class RecoveryKey:
    """Opens with the printed recovery key."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class FromVault:
    """Opens with what the operating system's vault keeps for this file."""

    vault: Vault = field(default_factory=Vault, repr=False)


@dataclass(frozen=True)
class CityShares:
    """Opens with the shares of the city's keepers, in any order; for ``officer``, by default whoever made the
    printed recovery key.
    """

    shares: tuple[str, ...] = field(repr=False)
    officer: str | None = None


Unlock = Passphrase | RecoveryKey | FromVault | CityShares


def unlock_keys(key_file: KeyFile, unlock: Unlock, first: str | None = None) -> Opened:
    """Raises ``UserError``: ``casefile.wrong_passphrase``, ``wrong_recovery_key``, ``recovery_mistyped``,
    ``vault_unavailable``, or as ``KeyFile.unlock_by_keepers``. Changes nothing."""
    if isinstance(unlock, CityShares):
        return key_file.unlock_by_keepers(unlock.shares, unlock.officer)
    secret = _secret(key_file, unlock)
    opened = key_file.unlock(secret, first) if secret else None
    if opened is not None:
        return opened
    if isinstance(unlock, Passphrase):
        raise UserError("casefile.wrong_passphrase")
    if isinstance(unlock, RecoveryKey):
        raise UserError("casefile.wrong_recovery_key")
    raise UserError("casefile.vault_unavailable")


def ask_vault(folder: Path, vault: Vault) -> FromVault | None:
    """What the vault says about the case file in ``folder``, asked before the file is locked.

    The vault may take its whole time limit; whoever types the passphrase meanwhile must not be told that the
    file is in use. ``None``: this file has no slot of the vault (then it is not asked), or no answer came.
    """
    try:
        keys = load_key_file(folder)
    except (UserError, OSError):
        return None
    if all(slot.kind != "vault" for slot in keys.slots):
        return None
    secret = vault.get(keys.file_id)
    return None if secret is None else FromVault(Told(secret))


def new_passphrase(text_untrusted: str) -> Secret:
    """A passphrase that somebody has just chosen. Raises ``UserError`` ``casefile.passphrase_short``."""
    if len(text_untrusted) < MIN_PASSPHRASE or not text_untrusted.strip():
        raise UserError("casefile.passphrase_short", least=MIN_PASSPHRASE)
    return passphrase_secret(text_untrusted)


def _secret(key_file: KeyFile, unlock: Passphrase | RecoveryKey | FromVault) -> Secret | None:
    if isinstance(unlock, Passphrase):
        return passphrase_secret(unlock.text)
    if isinstance(unlock, RecoveryKey):
        return Secret("recovery", recovery_bytes(unlock.text))
    value = unlock.vault.get(key_file.file_id)
    return Secret("vault", value) if value else None
