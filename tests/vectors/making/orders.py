"""Vectors of the later kinds of statements: sets of them, and whole bundles that they decide on."""

from __future__ import annotations

from typing import Any

from desktop.wire import canonical
from desktop.wire.hashing import signing_text
from desktop.wire.orders import Region, ghost_of
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import Statement, compose
from tests.vectors.making.bundle import (
    FAR,
    ONE,
    ROOT,
    STATED,
    TWO,
    US,
    Bundle,
    correction,
    person,
    run,
    three_people,
)
from tests.vectors.making.fixed import CITY, COUNTY, NOW, City, Device, Log, row, secret
from tests.vectors.making.vectors import Vector, vector

OTHER = "440800"
DOT = secret("a dot").hex()
GUEST, SECOND = Device("guest", COUNTY), Device("second guest", COUNTY)


class Keys:
    """A later key set under the root of a city: k of n keys."""

    def __init__(self, root: City, name: str, office: str, k: int = 1, n: int = 1, **more: Any) -> None:
        self.keys = [SigningKey(secret(f"{name} key {number}")) for number in range(n)]
        self._k = k
        value = {"kind": "keys", "keys": [key.public for key in self.keys], "k": k, "city": office, **more}
        self.made = root.state(**value)

    def state(self, signers: int | None = None, **value: Any) -> Statement:
        """A statement under this set."""
        return compose({"by": self.made.id, **value}, self.keys[: self._k if signers is None else signers])

    def grant(self, device: Device) -> Statement:
        """A grant for a PC."""
        value = {"device": device.id, "office": device.office, "keys": device.keys, "slot": 0}
        return self.state(kind="grant", **value)


def rights() -> list[Vector]:
    """Endings, key sets of other cities, two officials, clocks, regions: what sets of statements say."""
    city, pc, two, far = (
        City(),
        Device("county one", COUNTY),
        Device("county two", COUNTY),
        Device("far", "440881"),
    )
    one, other = city.grant(pc), city.grant(two, 1)
    third = Device("county three", COUNTY)
    known = [city.root.id, one.id]
    at = {pc.id: [COUNTY, 0], two.id: [COUNTY, 1], third.id: [COUNTY, 0]}

    def found(
        name: str, why: str, lines: list[Statement], devices: list[str], signed: int, **more: Any
    ) -> Vector:
        expect = {
            "devices": {device: at.get(device, ["440881", 0]) for device in sorted(devices)},
            "cuts": more.get("cuts", []), "clocks": more.get("clocks", []), "signed": signed,
            "shares": more.get("shares", []),
        }  # fmt: skip
        texts = [line.text().decode() for line in lines]
        given = {"root": city.root.id, "statements": texts, "ask": more.get("ask", [])}
        return vector(name, why, expect, **given)

    ending = Keys(city, "ending", CITY, ends=True, parents=known)
    rival = Keys(city, "rival", CITY, ends=True, parents=[city.root.id, other.id])
    linked = city.state(**{**other.value, "parents": [one.id]})
    chained = Keys(city, "chained", CITY, ends=True, parents=[linked.id])
    foreign = Keys(city, "foreign", OTHER)
    thieving = foreign.state(kind="keys", keys=[DOT], k=1, city=CITY)
    ended_by_other = foreign.state(kind="keys", keys=[DOT], k=1, city=CITY, ends=True)
    after = ending.grant(third)
    officials = Keys(city, "officials", CITY, k=1, n=2)
    by_one = officials.state(kind="release", entries=[DOT])
    by_two = officials.state(2, kind="release", entries=[DOT])
    alone = foreign.state(kind="release", entries=[DOT])
    clocks = [
        city.state(kind="clock", log=DOT, **{"from": 2, "to": 3}),
        city.state(kind="clock", log=DOT, **{"from": 0, "to": 3}),
        city.state(kind="clock", log=DOT, range=[1, 2]),
    ]
    offices = city.state(kind="cut", device="", office=COUNTY, kept=[DOT])
    named = city.state(kind="cut", device=pc.id, office=COUNTY, kept=[])
    region = {"kind": "region", "cities": sorted([CITY, OTHER]), "k": 2, "name": "两市"}
    group = Region((OTHER, CITY), 2, "两市").group
    ours, theirs = city.state(**region), foreign.state(**region)
    unsorted = foreign.state(**{**region, "cities": [CITY, OTHER]})
    ask = [[group, "450923"], [group, "440881"], [group, "450821"], ["region:gx", "450821"]]
    return [
        found("ending", "what the ending did not know has no effect", [city.root, one, other, ending.made], [pc.id], 4),
        found("ending-goes-on", "what is signed under the new set counts", [city.root, one, ending.made, after], [pc.id, third.id], 4),
        found("ending-over-parents", "known is what is reached over parents", [city.root, one, linked, chained.made], [pc.id, two.id], 4),
        found("two-endings", "only what each of them knew counts", [city.root, one, other, ending.made, rival.made], [], 5),
        found("ending-parents-odd", "parents of another shape are none", [city.root, one, city.state(**{**ending.made.value, "parents": "all"})], [], 3),
        found("other-city-admitted", "the root's city admits another", [city.root, foreign.made, foreign.grant(far)], [far.id], 3),
        found("other-city-makes-keys", "another city makes no keys for this one", [city.root, one, foreign.made, thieving, ended_by_other], [pc.id], 3),
        found("release-by-one", "one of two officials, where one key does for the rest", [city.root, officials.made, by_one], [], 2),
        found("release-by-two", "two of two officials", [city.root, officials.made, by_two], [], 3),
        found("release-of-one-key", "a set of one key needs one", [city.root, foreign.made, alone], [], 3),
        found("clocks", "a range is from 1 on; another shape has no effect", [city.root, *clocks], [], 4, clocks=[[CITY, DOT, 2, 3]]),
        found("cut-of-office", "a whole office, named where no device is", [city.root, offices], [], 2, cuts=[[CITY, "", COUNTY, [DOT]]]),
        found("cut-of-device-with-office", "a device is named: its office is no part of the cut", [city.root, named], [], 2, cuts=[[CITY, pc.id, None, []]]),
        found("region-half", "one of two cities", [city.root, foreign.made, ours], [], 3, ask=ask, shares=[ask[3]]),
        found("region", "two of two cities", [city.root, foreign.made, ours, theirs], [], 4, ask=ask, shares=[ask[0], ask[1], ask[3]]),
        found("region-unsorted", "cities are named in ascending order", [city.root, foreign.made, ours, unsorted], [], 4, ask=ask, shares=[ask[3]]),
    ]  # fmt: skip


def bundles() -> list[Bundle]:
    """Whole bundles."""
    decided = [_released(), _cut_by_another_city(), _office_cut(), _city_clock(), _two_orders()]
    return [*decided, _expunged(), _ghost_elsewhere(), _voucher(), _guest(), _false_proof(), _region()]


def _other_city() -> Keys:
    return Keys(ROOT, "other city", OTHER)


def _stolen(name: str) -> tuple[Log, Log]:
    honest, stolen = three_people(f"honest {name}"), Log(TWO, f"stolen {name}")
    stolen.add([person(30, name="早")])
    stolen.add([correction(1, honest.ids[1], phone="0")], "person.correct")
    stolen.add([person(31, name="晚")])
    return honest, stolen


def _released() -> Bundle:
    honest, stolen = _stolen("released")
    why = "a stolen PC is cut at entry 1, and two officials let entry 2 count again"
    bundle = Bundle("released", why, run(honest), run(stolen))
    cut = ROOT.state(kind="cut", device=TWO.id, kept=[stolen.ids[1]])
    bundle.statements = [*STATED, cut, ROOT.state(kind="release", entries=[stolen.ids[2]])]
    return bundle.stands(honest).stands(stolen, _3="cut")


def _cut_by_another_city() -> Bundle:
    honest, other = three_people("not theirs"), _other_city()
    why = "another city of the network cuts, releases, expunges and calls clocks wrong in vain"
    bundle = Bundle("another-citys-orders", why, run(honest))
    log = honest.id
    bundle.statements = [
        *STATED,
        other.made,
        other.state(kind="cut", device=ONE.id, kept=[]),
        other.state(kind="cut", device="", office=COUNTY, kept=[]),
        other.state(kind="expunge", entry=honest.ids[1], ghost=[], blobs=[]),
        other.state(kind="clock", log=log, **{"from": 1, "to": 3}),
    ]
    return bundle.stands(honest)


def _office_cut() -> Bundle:
    one, two, far = three_people("office one"), Log(TWO, "office two"), Log(US, "of the city")
    two.add([person(40, name="乙")])
    far.add([["c", "directive.cr", row(41, "directive.cr", CITY), {"text": "停用"}]], "city.direct")
    why = "all PCs of an office are cut, but for what lies under one head"
    bundle = Bundle("office-cut", why, run(one), run(two), run(far), sender=US)
    bundle.statements = [*STATED, ROOT.state(kind="cut", device="", office=COUNTY, kept=[one.ids[2]])]
    return bundle.stands(one, _3="cut").stands(two, verdict="cut").stands(far)


def _city_clock() -> Bundle:
    one, two = three_people("city clock"), Log(TWO, "fast without saying so")
    two.add([correction(1, one.ids[1], phone="2030")], "person.correct", header={"t": NOW + 10**11})
    one.add([correction(1, one.ids[1], phone="2020")], "person.correct")
    why = "a clock ahead, and the city says so: its value stays and is not the one shown"
    bundle = Bundle("city-clock", why, run(one), run(two)).stands(one, two)
    bundle.statements = [*STATED, ROOT.state(kind="clock", log=two.id, **{"from": 1, "to": 1})]
    bundle.off = [(two.id, 1, 1)]
    return bundle


def _corrected(name: str) -> tuple[Log, list[Any], list[Any]]:
    log = Log(ONE, name)
    first = [person(1, name="张三", phone="1"), person(2, name="李四")]
    created = log.add(first)
    second = [
        correction(1, created, name="张三丰"),
        ["w", "person.ar", row(2, "person.ar"), "误", [], [created]],
    ]
    log.add(second, "person.correct")
    return log, first, second


def _expunge(entry: str, ghost: list[Any], **more: Any) -> Statement:
    return ROOT.state(kind="expunge", entry=entry, ghost=ghost, **{"blobs": [], **more})


def _expunged() -> Bundle:
    log, _, second = _corrected("expunged")
    why = "a correction is expunged by order: the older name does not rise again, the withdrawal is gone"
    bundle = Bundle("expunged", why, run(log)).stands(log)
    ghost = ghost_of(second)
    bundle.statements = [*STATED, _expunge(log.ids[2], ghost)]
    bundle.ghosts = {log.ids[2]: ghost}
    return bundle


def _ghost_elsewhere() -> Bundle:
    log, _, _ = _corrected("elsewhere")
    why = "a ghost that names another office's row: nothing of it counts, and the payload is gone"
    bundle = Bundle("ghost-not-its-row", why, run(log)).stands(log, _2="not_its_row")
    ghost = [["x", "person.ar", row(1, "person.ar", CITY), {"name": [log.ids[1]]}]]
    bundle.statements = [*STATED, _expunge(log.ids[2], ghost)]
    bundle.ghosts = {log.ids[2]: ghost}
    return bundle


def _two_orders() -> Bundle:
    log, first, _ = _corrected("ordered twice")
    why = "two orders for one entry: the smaller statement id counts; an odd one has no effect"
    bundle = Bundle("two-orders", why, run(log)).stands(log)
    ghosts = [ghost_of(first), ghost_of(first[:1])]
    orders = [_expunge(log.ids[1], ghost) for ghost in ghosts]
    odd = [
        _expunge(log.ids[2], [["c", "person.ar", row(1, "person.ar"), {"name": "x"}]]),
        _expunge(log.ids[2], [1]),
    ]
    bundle.statements = [*STATED, *orders, *odd]
    counts = min(zip((one.id for one in orders), ghosts, strict=True))[1]
    bundle.ghosts = {log.ids[1]: counts}
    return bundle


def _request(device: Device) -> dict[str, Any]:
    value = {
        "request": 1,
        "device": device.id,
        "office": device.office,
        "name": "临时电脑",
        "keys": device.keys,
    }
    signature = device.signing.sign(signing_text("request", canonical.encode(value)))
    return {**value, "sig": signature}


def _vouch(device: Device, **change: Any) -> list[Any]:
    return ["v", {"keys": device.keys, "request": {**_request(device), **change}}]


def _vouching() -> tuple[Log, Log]:
    host, guest = Log(ONE, "host"), Log(GUEST, "guest's")
    host.add([_vouch(GUEST)], "enrol.voucher")
    guest.add([person(50, name="夜")])
    return host, guest


def _voucher() -> Bundle:
    host, guest = _vouching()
    guest.add([_vouch(SECOND)], "enrol.voucher")
    second, stranger = Log(SECOND, "second's"), Log(Device("other office", "450922"), "other office")
    second.add([person(51, name="再")])
    host.add([_vouch(SECOND, name="改过"), ["v", {}], _vouch(stranger.device)], "enrol.voucher")
    stranger.add([person(52, name="外")])
    why = "one PC vouches for another; that cannot vouch, and a request altered or of another office is none"
    bundle = Bundle("voucher", why, run(guest), run(second), run(stranger), run(host))
    bundle = bundle.stands(host).stands(guest)
    return bundle.stands(second, verdict="no_grant").stands(stranger, verdict="no_grant")


def _guest() -> Bundle:
    host, guest = _vouching()
    why = "sent by a PC that is vouched for; the proof is in the manifest, and its author's run comes too"
    bundle = Bundle("sent-by-a-guest", why, run(guest), sender=GUEST)
    proof = [host.start(), host.lines[0], host.head(ROOT.root.id)]
    bundle.manifest = {"voucher": [line.decode()[:-1] for line in proof]}
    return bundle.stands(guest).stands(host)


def _false_proof() -> Bundle:
    host, guest = Log(FAR, "no host"), Log(GUEST, "no guest")
    host.add([_vouch(GUEST)], "enrol.voucher")
    guest.add([person(53, name="假")])
    why = "vouched for by a PC of another office"
    bundle = Bundle("false-voucher", why, run(guest), sender=GUEST)
    proof = [host.start(), host.lines[0], host.head(ROOT.root.id)]
    bundle.manifest = {"voucher": [line.decode()[:-1] for line in proof]}
    return bundle.refused("exchange.stranger", "stranger")


def _region() -> Bundle:
    other = _other_city()
    described = {"kind": "region", "cities": sorted([CITY, OTHER]), "k": 2}
    group = Region((OTHER, CITY), 2, None).group
    log = Log(ONE, "region", group=group)
    log.add([["c", "lead.ar", row(60, "lead.ar", COUNTY, group), {"summary": "跨市线索"}]], "lead.open")
    why = "a group of two cities, which both stated"
    bundle = Bundle("region", why, run(log)).stands(log)
    bundle.manifest = {"group": group}
    bundle.statements = [*STATED, other.made, ROOT.state(**described), other.state(**described)]
    return bundle
