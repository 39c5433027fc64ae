"""A new hub: its folder, database, certificate and secrets. What is printed once is returned once."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import Connection, inspect

from desktop.errors import UserError
from hub import settings as hub_settings
from hub.core import open_database
from hub.database import get_word, put_word
from hub.passwords import hashed
from hub.roster import root_of
from hub.settings import Settings
from hub.store import FolderStore
from hub.tables import VERSION, metadata

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that are not mistaken for each other on paper."""


class Made(NamedTuple):
    """What the operator must write down: the password and the token are kept nowhere in clear."""

    fingerprint: str
    password: str
    token: str


def make(folder: Path, network: str, settings: Settings) -> Made:
    """Makes a hub in a folder that is not there or empty. Raises ``UserError``."""
    with new_folder(folder):
        fingerprint = make_certificate(folder)
        password, token = new_secret(), new_secret()
        database = open_database(folder, settings)
        try:
            with database.writing() as conn:
                set_up(conn, network)
                put_word(conn, "password", hashed(password))
                put_word(conn, "token", hashlib.sha256(token.encode()).hexdigest())
        finally:
            database.close()
        finish(folder, settings)
    return Made(fingerprint, password, token)


def set_up(conn: Connection, network: str) -> None:
    """Tables and words of a new hub. Raises ``UserError`` if the database holds one already."""
    if inspect(conn).has_table("word") and get_word(conn, "network") is not None:
        raise UserError("hub.exists")
    metadata.create_all(conn)
    for key, value in (
        ("schema", VERSION),
        ("network", network),
        ("epoch", secrets.token_hex(8)),
        ("secret", secrets.token_hex(32)),
        ("root", root_of(())),
        ("tidied", "0"),
    ):
        put_word(conn, key, value)


def finish(folder: Path, settings: Settings) -> None:
    """The blobs folder and, last, the settings: a folder without them is no hub."""
    if settings.s3 is None:
        FolderStore.create(folder / hub_settings.BLOBS_FOLDER)
    write_private(folder / hub_settings.FILE, hub_settings.text(settings).encode())


def new_secret() -> str:
    """A random word of 20 letters in groups of five: 99 bits."""
    letters = [secrets.choice(_ALPHABET) for _ in range(20)]
    return "-".join("".join(letters[at : at + 5]) for at in range(0, 20, 5))


def make_certificate(folder: Path) -> str:
    """A key and a certificate that signs itself; its SHA-256. Names and dates in it say nothing."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "liandong-hub")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=100 * 365))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(folder / hub_settings.KEY, private)
    write_private(folder / hub_settings.CERTIFICATE, made.public_bytes(serialization.Encoding.PEM))
    return made.fingerprint(hashes.SHA256()).hex()


def fingerprint(folder: Path) -> str:
    """The SHA-256 of the hub's certificate (DER): what a desk is given. Raises ``UserError``."""
    try:
        pem = (folder / hub_settings.CERTIFICATE).read_bytes()
    except FileNotFoundError as error:
        raise UserError("hub.no_hub") from error
    return x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256()).hex()


def write_private(path: Path, data: bytes) -> None:
    """A file that only its owner may read, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


@contextlib.contextmanager
def new_folder(folder: Path) -> Iterator[None]:
    """A folder of our own; when something fails, nothing that would pass for a hub is left in it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        taken = any(folder.iterdir())
    except NotADirectoryError as error:
        raise UserError("hub.exists") from error
    if taken:
        raise UserError("hub.exists")
    try:
        yield
    except BaseException:
        for path in folder.iterdir():
            if path.is_file():
                path.unlink()
        raise
