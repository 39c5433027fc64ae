"""What the operator of a hub may set: ``hub.toml`` in its folder. Knows no database and no network.

Every limit has a default that holds for one city on one PC; unknown words are refused, so that a mistyped
limit is not silently the default.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from desktop.errors import UserError

FILE = "hub.toml"
DATABASE_FILE = "hub.db"
BLOBS_FOLDER = "blobs"
CERTIFICATE = "certificate.pem"
KEY = "key.pem"

_Count = Annotated[int, msgspec.Meta(ge=1, le=1 << 50)]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sizes in bytes, counts, days. A bundle may be as large as the format allows, and its age frame."""

    bundle: _Count = (4 << 30) + (64 << 20)
    chunk: Annotated[int, msgspec.Meta(ge=1024, le=16 << 20)] = 1 << 20
    device_bytes: _Count = 8 << 30
    office_bytes: _Count = 32 << 30
    device_bundles: _Count = 10_000
    open_uploads: _Count = 64
    device_per_minute: _Count = 1_200
    address_per_minute: _Count = 6_000
    statements_per_minute: _Count = 60
    connections: _Count = 1_024
    address_connections: _Count = 256
    bodies: Annotated[int, msgspec.Meta(ge=16 << 20)] = 64 << 20
    slow_seconds: _Count = 30
    keep_days: _Count = 400
    upload_days: _Count = 14


class S3(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bucket. Its keys come from the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)."""

    bucket: str
    prefix: str = ""
    endpoint: str | None = None
    region: str = "us-east-1"
    plain: bool = False


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a hub listens and keeps its things. ``database`` and ``s3`` are absent in the small form."""

    host: str = "0.0.0.0"  # noqa: S104 - a hub is there to be reached
    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 8443
    database: str | None = None
    s3: S3 | None = None
    limits: Limits = Limits()


def load(folder: Path) -> Settings:
    """The settings of a hub. Raises ``UserError`` when the folder is no hub or the file cannot be read so."""
    try:
        text = (folder / FILE).read_text("utf-8")
    except FileNotFoundError as error:
        raise UserError("hub.no_hub") from error
    try:
        return msgspec.convert(tomllib.loads(text), Settings)
    except (tomllib.TOMLDecodeError, UnicodeError, msgspec.ValidationError) as error:
        raise UserError("hub.settings", problem=str(error)) from error


def text(settings: Settings) -> str:
    """The file for new settings; limits stand in it as they are by default, to be changed there."""
    lines = [
        "# 中转站设置；改后重启生效。Settings of this hub; a change counts after a restart.",
        f"host = {_quoted(settings.host)}",
        f"port = {settings.port}",
    ]
    if settings.database is not None:
        lines.append(f"database = {_quoted(settings.database)}")
    if settings.s3 is not None:
        lines += ["", "[s3]"]
        for name, value in msgspec.to_builtins(settings.s3).items():
            if value is not None:
                lines.append(f"{name} = {_quoted(value) if isinstance(value, str) else str(value).lower()}")
    lines += ["", "[limits]"]
    lines += [f"{name} = {value}" for name, value in msgspec.to_builtins(settings.limits).items()]
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    """A TOML basic string; JSON's escapes are a part of TOML's."""
    return msgspec.json.encode(value).decode()
