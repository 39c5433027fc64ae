"""Where the hub is: what may be configured, and how the city's answer tells of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.changes.journal import Journal
from desktop.errors import UserError
from desktop.sync import enrolment
from desktop.sync.hub_settings import (
    HubConfig,
    HubState,
    checked,
    hub_config,
    hub_state,
    put_hub_config,
    put_hub_state,
)
from desktop.wire import canonical
from tests.sync.pcs import PC, pair

PIN = "ab" * 32


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("hub.example:8443", "https://hub.example:8443"),
        (" HTTPS://Hub.Example/ ", "https://hub.example"),
        ("https://10.1.2.3:8443", "https://10.1.2.3:8443"),
        ("https://[fd00::1]:8443", "https://[fd00::1]:8443"),
    ],
)
def test_an_address_has_one_spelling(typed: str, kept: str) -> None:
    colons = ":".join(PIN[at : at + 2] for at in range(0, 64, 2)).upper()
    assert checked(typed, colons, None) == HubConfig(kept, PIN)


@pytest.mark.parametrize(
    "typed",
    ["", "http://hub.example", "https://a b", "https://u:p@hub", "https://hub/x", "ftp://hub", "https://hub:99999",
     "https://hub?x", "https://-hub", "http://10.0.0.1"],
)  # fmt: skip
def test_other_addresses_are_refused(typed: str) -> None:
    with pytest.raises(UserError) as caught:
        checked(typed, PIN, None)
    assert caught.value.code == "autosync.address"


def test_only_this_very_pc_is_spoken_to_in_the_clear() -> None:
    assert checked("http://127.0.0.1:9000", None, None) == HubConfig("http://127.0.0.1:9000")


@pytest.mark.parametrize("pin", ["", "ab", "zz" * 32, None])
def test_without_a_fingerprint_there_is_no_hub(pin: str | None) -> None:
    with pytest.raises(UserError) as caught:
        checked("https://hub.example", pin, None)
    assert caught.value.code == "autosync.pin"


def test_a_proxy_is_plain() -> None:
    assert checked("hub.example", PIN, "10.0.0.1:3128").proxy == "http://10.0.0.1:3128"
    with pytest.raises(UserError) as caught:
        checked("hub.example", PIN, "https://10.0.0.1:3128")
    assert caught.value.code == "autosync.proxy_address"


def test_of_another_hub_nothing_is_known(tmp_path: Path) -> None:
    pc = PC("450923", tmp_path)
    with pc.engine.begin() as conn:
        put_hub_config(conn, HubConfig("https://one", PIN))
        put_hub_state(conn, HubState(epoch="e", after=7))
        put_hub_config(conn, HubConfig("https://one", PIN, on=False))
        assert hub_state(conn).after == 7
        put_hub_config(conn, HubConfig("https://two", PIN))
        assert hub_state(conn) == HubState()


def test_the_citys_answer_tells_where_the_hub_is_and_turns_nothing_on(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    with city.engine.begin() as conn:
        put_hub_config(conn, HubConfig("https://hub.example", PIN, "http://10.0.0.1:3128"))
        told = enrolment.answer(Journal(conn))
    with county.engine.begin() as conn:
        enrolment.accept(Journal(conn), told)
        assert hub_config(conn) == HubConfig("https://hub.example", PIN, on=False)
        put_hub_config(conn, HubConfig("https://mine", PIN))
        enrolment.accept(Journal(conn), told)
        assert hub_config(conn) == HubConfig("https://mine", PIN)


@pytest.mark.parametrize(
    "hub", [1, [], ["https://x"], ["http://far.example", PIN], [1, 2], ["https://x", "no"]]
)
def test_nonsense_about_a_hub_is_passed_over(tmp_path: Path, hub: object) -> None:
    city, county = pair(tmp_path)
    with city.engine.connect() as conn:
        value = canonical.decode(enrolment.answer(Journal(conn))[:-1])
    with county.engine.begin() as conn:
        enrolment.accept(Journal(conn), canonical.encode({**value, "hub": hub}) + b"\n")
        assert hub_config(conn) is None


def test_a_hub_that_is_off_is_told_to_nobody(tmp_path: Path) -> None:
    city, _ = pair(tmp_path)
    with city.engine.begin() as conn:
        put_hub_config(conn, HubConfig("https://hub.example", PIN, on=False))
        assert b'"hub"' not in enrolment.answer(Journal(conn))
