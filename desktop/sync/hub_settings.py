"""Where the hub is and how far the exchange with it is: this file's own facts. Off until an officer says so.

An address that came with the city's answer is only kept: nothing of that file but its statements proves
itself, so an officer turns it on. Knows the settings of a case file, no network.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Connection

from desktop.changes.pen import get_setting, put_setting
from desktop.errors import UserError

_CONFIG, _STATE = "hub:config", "hub:state"
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)
_PIN = re.compile(r"[0-9a-f]{64}", re.ASCII)
_Shape = TypeVar("_Shape", bound=msgspec.Struct)


class HubConfig(msgspec.Struct, frozen=True):
    """Where the hub is, the SHA-256 of its certificate, the proxy on the way; ``on``: an officer said so."""

    address: str
    pin: str | None = None
    proxy: str | None = None
    on: bool = True


class HubState(msgspec.Struct, frozen=True):
    """How far the exchange with the hub is.

    ``after`` is the last number of the mailbox of ``epoch`` that was dealt with, but for ``stuck`` ones:
    number, name, and the root of statements when they could not be read. ``roots``: the hub's and ours after
    statements were exchanged. ``last`` (ms since 1970) is the last round without fault, ``code`` why the
    last one failed; ``since`` is the first such round with this hub, ``newest`` the last one that brought
    something that was new here.
    """

    epoch: str = ""
    after: int = 0
    stuck: list[tuple[int, str, str]] = []
    roots: tuple[str, str] = ("", "")
    last: int | None = None
    code: str = ""
    since: int | None = None
    newest: int | None = None


def checked(address: str, pin: str | None, proxy: str | None, *, on: bool = True) -> HubConfig:
    """What an officer typed, in one spelling. Raises ``UserError``: ``autosync.address``, ``autosync.pin``,
    ``autosync.proxy_address``."""
    host, text = _address(address, "autosync.address")
    plain = text.startswith("http:")
    if plain and not _is_this_pc(host):
        raise UserError("autosync.address")
    digits = re.sub(r"[\s:]", "", pin or "").lower()
    if not plain and not _PIN.fullmatch(digits):
        raise UserError("autosync.pin")
    way = None
    if proxy and proxy.strip():
        _, way = _address(proxy, "autosync.proxy_address")
        if not way.startswith("http:"):
            raise UserError("autosync.proxy_address")
    return HubConfig(text, None if plain else digits, way, on)


def _address(text: str, code: str) -> tuple[str, str]:
    wanted = text.strip().lower().removesuffix("/")
    wanted = (
        wanted
        if "://" in wanted
        else ("http://" if code == "autosync.proxy_address" else "https://") + wanted
    )
    try:
        parts = urlsplit(wanted)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise UserError(code) from None
    bare = parts.path == parts.query == parts.fragment == "" and parts.username is None
    if parts.scheme not in ("http", "https") or not bare or not (_HOST.fullmatch(host) or _is_ip(host)):
        raise UserError(code)
    shown = f"[{host}]" if ":" in host else host
    return host, f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_this_pc(host: str) -> bool:
    return host == "localhost" or (_is_ip(host) and ipaddress.ip_address(host).is_loopback)


def hub_config(conn: Connection) -> HubConfig | None:
    """Where the hub is; ``None`` when nobody said."""
    return _read(conn, _CONFIG, HubConfig)


def put_hub_config(conn: Connection, config: HubConfig) -> None:
    """Keeps where the hub is; of another hub nothing is known that was true of the last one."""
    before = hub_config(conn)
    put_setting(conn, _CONFIG, msgspec.json.encode(config))
    if before is not None and before.address != config.address:
        put_hub_state(conn, HubState())


def hub_state(conn: Connection) -> HubState:
    """How far the exchange is."""
    return _read(conn, _STATE, HubState) or HubState()


def put_hub_state(conn: Connection, state: HubState) -> None:
    """Keeps how far it is."""
    put_setting(conn, _STATE, msgspec.json.encode(state))


def _read(conn: Connection, key: str, shape: type[_Shape]) -> _Shape | None:
    found = get_setting(conn, key)
    return None if found is None else msgspec.json.decode(found, type=shape)


def told_to_others(conn: Connection) -> list[str] | None:
    """What a city's answer says of the hub: address and pin."""
    config = hub_config(conn)
    return None if config is None or config.pin is None or not config.on else [config.address, config.pin]


def take_told(conn: Connection, told_untrusted: Any) -> None:
    """Keeps what an answer says of the hub, turned off, unless one is known here already."""
    if hub_config(conn) is not None or not isinstance(told_untrusted, list) or len(told_untrusted) != 2:
        return
    address, pin = told_untrusted
    if not isinstance(address, str) or not isinstance(pin, str):
        return
    try:
        put_hub_config(conn, checked(address[:300], pin[:200], None, on=False))
    except UserError:
        return
