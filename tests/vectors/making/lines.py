"""Vectors of entry lines, heads and runs (docs/bundle-format.md, section 4)."""

from __future__ import annotations

from typing import Any

from desktop.wire import canonical
from desktop.wire.hashing import digest
from tests.vectors.making.fixed import COUNTY, NOW, City, Device, Log, row, secret
from tests.vectors.making.vectors import Vector, refused, vector

PERSON = row(1, "person.ar")
DOT = secret("a dot").hex()
_HEADER = {"a": "people.add", "d": 0, "n": 1, "o": "", "t": NOW, "v": 1}
_CREATE = ["c", "person.ar", PERSON, {"name": "张三"}]


def device() -> Device:
    """The PC of these vectors."""
    return Device("county one", COUNTY)


def lines() -> list[Vector]:
    """Entry lines: ids and commitments, and which header or payload makes an entry malformed."""
    return [*_good_lines(), *_malformed_headers(), *_malformed_payloads(), *_no_lines()]


def _line(operations: Any = None, header: Any = None) -> bytes:
    log = Log(device(), "lines")
    log.add([_CREATE] if operations is None else operations, header=header)
    return log.lines[0][:-1]


def _entry(
    name: str, why: str, line: bytes, header: str = "good", payload: str = "good", at: int = 1
) -> Vector:
    log = Log(device(), "lines").id
    parts = line.split(b"\t")
    c = parts[2].decode() if parts[1] == b"-" else digest("payload", parts[1], parts[2])
    expect = {"c": c, "id": digest("entry", log, log, parts[0], c), "header": header, "payload": payload}
    return vector(name, why, expect, line, log=log, previous=log, n=at)


def _good_lines() -> list[Vector]:
    everything = {**_HEADER, "o": row(9, "officer.ar"), "x": "act", "b": "batch", "d": 5, "zz": [1]}
    log = Log(device(), "lines")
    log.add([_CREATE], expunged=True)
    operations = [
        _CREATE,
        ["s", "person.ar", PERSON, {"name": ["李四", DOT], "phone": [None], "extra": [[["列", "值"]]]}],
        ["w", "person.ar", PERSON, "重复登记", [DOT], [DOT]],
        ["w", "person.ar", PERSON, None, [], []],
        ["k", 1, 1],
        ["v", {"anything": 1}],
        ["c", "unheard_of.ai", row(2, "unheard_of.ai"), {}],
    ]
    least = ["k", 1, 1]
    return [
        _entry("create", "one person, one field", _line()),
        _entry("every-operation", "create, set, withdraw, take back, clock off, voucher", _line(operations)),
        _entry("header-in-full", "all header keys, and one that this version does not know", _line(None, everything)),
        _entry("expunged", "the payload is gone, the id is the same", log.lines[0][:-1], payload="expunged"),
        _entry("4096-operations", "the most that one entry may hold", _line([least] * 4096)),
        _entry("1024-fields", "the most fields of one operation", _line([_wide(1024)])),
        _entry("line-below-1-mib", "with its line feed exactly 2^20 bytes", _long(0)),
    ]  # fmt: skip


def _wide(count: int) -> list[Any]:
    return ["c", "person.ar", PERSON, {f"f{number:04d}": 1 for number in range(count)}]


def _long(more: int) -> bytes:
    rest = (1 << 20) - 1 - len(_line([["c", "person.ar", PERSON, {"note": ""}]]))
    return _line([["c", "person.ar", PERSON, {"note": "a" * rest}]]).replace(
        b'"note":"', b'"note":"' + b"a" * more
    )


def _malformed_headers() -> list[Vector]:
    def bad(name: str, why: str, header: Any, at: int = 1) -> Vector:
        return _entry(name, why, _line(None, header), header="malformed", at=at)

    found = [
        ("header-no-object", "not an object", b"[]"),
        ("header-not-canonical", "keys not sorted", b'{"d":0,"a":"x","n":1,"o":"","t":1,"v":1}'),
        ("header-not-json", "not JSON at all", b"header"),
        ("header-n-zero", "numbers start at 1", {**_HEADER, "n": 0}),
        ("header-n-true", "true is no number", {**_HEADER, "n": True}),
        ("header-time-negative", "time before 1970", {**_HEADER, "t": -1}),
        ("header-stamp-back", "the stamp is never before the clock", {**_HEADER, "d": -1}),
        ("header-stamp-too-large", "clock and stamp together pass 2^53 - 1", {**_HEADER, "d": (1 << 53) - 1}),
        ("header-officer", "the officer is a row id or empty", {**_HEADER, "o": "陈珍"}),
        ("header-act-long", "an act has at most 64 characters", {**_HEADER, "a": "a" * 65}),
        ("header-act-id-long", "so has what joins acts", {**_HEADER, "x": "a" * 65}),
        ("header-batch-number", "a batch is text", {**_HEADER, "b": 1}),
    ]  # fmt: skip
    missing = [
        (f"header-without-{key}", f"{key} is missing", {k: item for k, item in _HEADER.items() if k != key})
        for key in _HEADER
    ]
    raw = [
        (name, why, value if isinstance(value, bytes) else canonical.encode(value))
        for name, why, value in found + missing
    ]
    wrong_place = _entry(
        "header-other-place", "n is not its place in the run", _line(), header="malformed", at=2
    )
    return [*(bad(name, why, header) for name, why, header in raw), wrong_place]


def _malformed_payloads() -> list[Vector]:
    def bad(name: str, why: str, payload: Any) -> Vector:
        return _entry(name, why, _line(payload), payload="malformed")

    deep: Any = 1
    for _ in range(6):
        deep = [deep]
    raw_create = canonical.encode([_CREATE])
    return [
        bad("unsorted-keys", "fields not sorted", raw_create.replace(b'{"', b'{"z":1,"')),
        bad("duplicate-keys", "a field twice", raw_create.replace(b'{"', b'{"name":"x","')),
        bad("float", "an amount as a float", raw_create.replace('"张三"'.encode(), b"1.5")),
        bad("depth-9", "a value nine deep, counted from the payload", b'[["c","person.ar","' + PERSON.encode() + b'",{"a":' + canonical.encode(deep) + b"}]]"),
        bad("lone-surrogate", "half a character", raw_create.replace("张三".encode(), rb"\ud800")),
        bad("4097-operations", "one operation too many", b"[" + b",".join([b'["k",1,1]'] * 4097) + b"]"),
        bad("1025-fields", "one field too many", [_wide(1025)]),
        bad("1025-dots", "one dot too many", [["s", "person.ar", PERSON, {"name": ["x", *[DOT] * 1025]}]]),
        bad("no-operations", "an entry without operations", []),
        bad("no-array", "not an array", b"{}"),
        bad("not-json", "not JSON at all", b"payload"),
        bad("empty-payload", "nothing", b""),
        bad("unknown-operation", "an operation of a later version", [["z", 1]]),
        bad("one-bad-of-two", "one bad operation spoils the entry", [_CREATE, ["z", 1]]),
        bad("operation-not-a-list", "an object", b'[{"c":1}]'),
        bad("create-null", "a create holds no null", [["c", "person.ar", PERSON, {"name": None}]]),
        bad("create-short", "no fields at all", [["c", "person.ar", PERSON]]),
        bad("create-long", "one part too many", [[*_CREATE, 1]]),
        bad("table-no-class", "a table without its class", [["c", "person", PERSON, {}]]),
        bad("table-capital", "tables are small letters", [["c", "Person.ar", PERSON, {}]]),
        bad("row-no-id", "not a row id", [["c", "person.ar", "1", {}]]),
        bad("field-capital", "field words are small letters", [["c", "person.ar", PERSON, {"Name": 1}]]),
        bad("field-empty", "the empty word is the withdrawal mark", [["c", "person.ar", PERSON, {"": 1}]]),
        bad("set-insert-only", "insert-only tables are never set", [["s", "movement.ai", row(3, "movement.ai"), {"kind": [1]}]]),
        bad("set-nothing", "a set of no field", [["s", "person.ar", PERSON, {}]]),
        bad("set-no-value", "dots without a value", [["s", "person.ar", PERSON, {"name": []}]]),
        bad("set-short-dot", "not an entry id", [["s", "person.ar", PERSON, {"name": ["x", DOT[:63]]}]]),
        bad("withdraw-number", "a reason is text or null", [["w", "person.ar", PERSON, 1, [], []]]),
        bad("withdraw-short", "without what was seen", [["w", "person.ar", PERSON, "x", []]]),
        bad("clock-backwards", "from after to", [["k", 2, 1]]),
        bad("clock-zero", "numbers start at 1", [["k", 0, 1]]),
        bad("voucher-text", "a voucher is an object", [["v", "x"]]),
    ]  # fmt: skip


def _no_lines() -> list[Vector]:
    good = _line()
    header, salt, payload = good.split(b"\t")
    log = Log(device(), "lines").id
    found = {
        "two-parts": ("header and payload without salt", header + b"\t" + payload),
        "four-parts": ("one tab too many", good + b"\t"),
        "no-header": ("an empty header", b"\t" + salt + b"\t" + payload),
        "short-salt": ("31 digits", header + b"\t" + salt[1:] + b"\t" + payload),
        "capital-salt": ("capital digits", header + b"\t" + salt.upper() + b"\t" + payload),
        "expunged-short": ("a commitment of 63 digits", header + b"\t-\t" + b"0" * 63),
        "expunged-payload": ("a payload where the commitment belongs", header + b"\t-\t" + payload),
        "line-of-1-mib": ("with its line feed one byte above 2^20", _long(1)),
        "line-above-1-mib": ("2^20 + 1 bytes", _long(2)),
    }
    return [
        vector(name, why, refused("wire.line"), line, log=log, previous=log, n=1)
        for name, (why, line) in found.items()
    ]


def heads() -> list[Vector]:
    """Head lines: which ones are heads, and which of these verify."""
    network, pc = City().root.id, device()
    log = Log(pc, "heads")
    log.add([_CREATE])
    good = log.head(network)[:-1]
    value = canonical.decode(good)

    def changed(**change: Any) -> bytes:
        return canonical.encode({key: item for key, item in {**value, **change}.items() if item != "gone"})

    flipped = value["sig"][:-1] + ("0" if value["sig"][-1] != "0" else "1")
    stranger = log.head(network, signer=Device("stranger", COUNTY).signing)[:-1]
    found = [
        ("good", "signed by the log's device for this network", good, True),
        ("other-network", "signed for another network", log.head(secret("other network").hex())[:-1], False),
        ("other-key", "signed by another device", stranger, False),
        ("flipped", "one digit of the signature differs", changed(sig=flipped), False),
        ("other-number", "the signature is over another number", changed(n=2), False),
        ("other-entry", "the signature is over another entry", changed(id=DOT), False),
        ("capitals", "signatures are written in small letters", changed(sig=value["sig"].upper()), False),
        ("spaces", "and without spaces", changed(sig=" " + value["sig"][:-1]), False),
    ]
    bad = [
        ("more", "no other key", changed(more=1)),
        ("no-signature", "the signature is missing", changed(sig="gone")),
        ("short-signature", "126 digits", changed(sig=value["sig"][:126])),
        ("number-text", "the number is a number", changed(n="1")),
        ("number-zero", "numbers start at 1", changed(n=0)),
        ("short-id", "63 digits", changed(id=DOT[:63])),
    ]
    context = {"network": network, "key": pc.signing.public}
    return [
        *(vector(name, why, {"verifies": yes}, line, **context) for name, why, line, yes in found),
        *(vector(name, why, refused("wire.head"), line, **context) for name, why, line in bad),
        vector(
            "unsorted",
            "keys not sorted",
            refused("wire.not_canonical"),
            b"{" + good[72:-1] + b"," + good[1:71] + b"}",
            **context,
        ),
    ]


def runs() -> list[Vector]:
    """Runs: the pieces that stand, and whether the run ends well."""
    network = City().root.id
    log = Log(device(), "runs")
    for number in range(1, 6):
        log.add([["c", "person.ar", row(number, "person.ar"), {"name": f"人员{number}"}]])
    good = log.run(network, 2)
    two, five = ([first, last, log.ids[last], True] for first, last in ((1, 2), (3, 5)))
    lines = good.splitlines(keepends=True)
    other = Log(device(), "another log").start()
    later = log.run(network, first=3)
    resumed = Log(device(), "resumed", resumed=log.ids[5])
    resumed.add([_CREATE])

    def found(name: str, why: str, data: bytes, pieces: list[Any], then: str | None = None) -> Vector:
        expect: dict[str, Any] = {"pieces": pieces, "then": then}
        return vector(name, why, expect, data, network=network)

    def swapped(one: int, two: int) -> bytes:
        order = list(range(len(lines)))
        order[one], order[two] = order[two], order[one]
        return b"".join(lines[at] for at in order)

    unsigned = log.head(network, 5, signer=Device("stranger", COUNTY).signing)
    crlf = b"\r\n".join(good.split(b"\n"))
    many = Log(device(), "many")
    for _ in range(1001):
        many.add([["k", 1, 1]])
    return [
        found("good", "two pieces, each under its head", good, [two, five]),
        found("later", "a run from the middle of a log", later, [five]),
        found("resumed", "the first entry after a restore", resumed.run(network), [[1, 1, resumed.ids[1], True]]),
        found("no-entries", "a first line alone proves nothing and harms nothing", lines[0], []),
        found("cut-after-a-head", "a cut run is a lawful run", b"".join(lines[:4]), [two]),
        found("cut-after-an-entry", "what no head proves is dropped in silence", b"".join(lines[:6]), [two]),
        found("cut-in-a-line", "a line without its end", good[:-1], [two], "wire.line"),
        found("not-signed", "the head of the second piece is a stranger's", b"".join(lines[:-1]) + unsigned, [two, [3, 5, log.ids[5], False]]),
        found("altered-entry", "one letter of an entry: its head names another id", good.replace("人员4".encode(), "人员9".encode()), [two], "wire.head"),
        found("left-out", "an entry is missing", b"".join(lines[:5] + lines[6:]), [two], "wire.head"),
        found("swapped", "two entries changed places", swapped(4, 5), [two], "wire.head"),
        found("doubled", "an entry stands twice", b"".join(lines[:6] + lines[5:]), [two], "wire.head"),
        found("head-first", "a head without entries", lines[0] + lines[3] + b"".join(lines[1:]), [], "wire.head"),
        found("head-twice", "a head without new entries", b"".join(lines[:4]) + lines[3], [two], "wire.head"),
        found("head-of-another", "a head that names another number", b"".join(lines[:2]) + lines[3], [], "wire.head"),
        found("other-log", "the same entries under another log", other + b"".join(lines[1:]), [], "wire.head"),
        found("other-start", "from 2 with the first id before it", good.replace(b'{"from":1', b'{"from":2'), [], "wire.run"),
        found("other-keys", "keys that are not the device's", good.replace(device().keys[1].encode(), Device("stranger", COUNTY).keys[1].encode()), [], "wire.run"),
        found("more-in-the-first-line", "no other key", good.replace(b'{"from":1', b'{"a":1,"from":1'), [], "wire.run"),
        found("empty-line", "an empty line is no head", b"".join(lines[:4]) + b"\n", [two], "wire.not_json"),
        found("carriage-returns", "lines end with a line feed alone", crlf, [], "wire.not_canonical"),
        found("nothing", "no first line", b"", [], "wire.run"),
        found("1001-entries", "more than 1,000 entries without a head", many.run(network), [], "wire.piece_too_large"),
    ]  # fmt: skip
