"""Offices and groups: which offices share a set of rows. Fixed by the group's name alone, so order-free.

An office id is a region code of GB/T 2260, with a suffix for another authority of the same place (450923 is
the market regulation office, 450923-ga its police). A code that ends in 00 is a city.
"""

from __future__ import annotations

import re
from functools import lru_cache

from desktop.wire.faults import WireError

_OFFICE = re.compile(r"[0-9]{6}(-[a-z]{1,8})?")
_DESCRIBED = re.compile(r"region:[0-9a-f]{32}")
_REGION = re.compile(r"region:[a-z0-9]{1,32}")


def is_office(office_untrusted: object) -> bool:
    """True for a well-formed office id."""
    return isinstance(office_untrusted, str) and _OFFICE.fullmatch(office_untrusted) is not None


def is_city(office: str) -> bool:
    """True when the office is one of a city, not of a county."""
    return office[4:6] == "00"


def city_of(office: str) -> str:
    """The market regulation office of the city above ``office`` (for a city: itself without its suffix)."""
    return office[:4] + "00"


def office_group(office: str) -> str:
    """The group of one office and its city."""
    return f"office:{office}"


def pair_group(one: str, other: str) -> str:
    """The group of two offices and their cities, named in ascending order."""
    if one == other:
        raise WireError("wire.group")
    return "pair:{}+{}".format(*sorted((one, other)))


def city_group(city: str) -> str:
    """The group of all offices under a city. Raises ``WireError("wire.group")`` for what is no city."""
    found = f"city:{city}"
    members(found)
    return found


def region_group(fingerprint: str) -> str:
    """The group of a region whose description has this fingerprint (32 hex digits)."""
    return f"region:{fingerprint}"


def is_described_region(group: str) -> bool:
    """True when a statement says who is in the group: its name is the fingerprint of a description."""
    return _DESCRIBED.fullmatch(group) is not None


@lru_cache(maxsize=4096)
def members(group_untrusted: str) -> tuple[str, ...]:
    """The offices a group names, cities included; empty for ``city:`` and ``region:`` (open sets).

    Raises ``WireError("wire.group")`` for a name that is no group.
    """
    kind, _, rest = group_untrusted.partition(":")
    if kind == "office" and is_office(rest):
        return tuple(sorted({rest, city_of(rest)}))
    if kind == "pair":
        one, _, other = rest.partition("+")
        if is_office(one) and is_office(other) and one < other:
            return tuple(sorted({one, other, city_of(one), city_of(other)}))
    if kind == "city" and is_office(rest) and is_city(rest) and len(rest) == 6:
        return ()
    if _REGION.fullmatch(group_untrusted):
        return ()
    raise WireError("wire.group")


def is_group(group_untrusted: object) -> bool:
    """True for a well-formed group name."""
    if not isinstance(group_untrusted, str):
        return False
    try:
        members(group_untrusted)
    except WireError:
        return False
    return True


@lru_cache(maxsize=65536)
def may_share(group: str, office: str) -> bool:
    """True when ``office`` belongs to ``group``: it may read it and write its own rows there.

    Of a region that a statement describes the name alone does not tell; ``Roster.shares`` knows.
    """
    kind, _, rest = group.partition(":")
    if kind == "city":
        return city_of(office) == rest
    if kind == "region":
        return True
    return office in members(group)
