"""Vectors of canonical JSON, hashes, groups, row ids and log ids (docs/bundle-format.md, sections 1 to 4)."""

from __future__ import annotations

from desktop.wire.hashing import digest
from tests.vectors.making.fixed import CITY, COUNTY, GROUP, POLICE, Device, row, secret
from tests.vectors.making.vectors import Vector, refused, vector

NOT_CANONICAL, NOT_JSON = refused("wire.not_canonical"), refused("wire.not_json")
INTEGER, DEEP, LONG, KEY = (
    refused(f"wire.{code}") for code in ("integer_range", "too_deep", "too_long", "key")
)
GOOD = {"good": True}


def canonical() -> list[Vector]:
    """Texts that are canonical, and second spellings that are not."""
    good = [
        ("null", "a plain value", b"null"),
        ("true", "a plain value", b"true"),
        ("zero", "zero has one spelling", b"0"),
        ("largest", "2^53 - 1 is the largest integer", b"9007199254740991"),
        ("smallest", "-(2^53 - 1) is the smallest integer", b"-9007199254740991"),
        ("empty-object", "empty containers are values", b"{}"),
        ("empty-array", "empty containers are values", b"[]"),
        ("sorted", "keys are sorted by byte: capitals before small letters, _ between", b'{"A":1,"_":2,"a":3}'),
        ("prefix-key", "a key that starts another comes first", b'{"a":1,"a0":2,"aa":3}'),
        ("escapes", "the short escapes, and hex in small letters for the rest", rb'"\"\\\b\f\n\r\t\u0000\u001f"'),
        ("slash", "a slash stands raw", b'"a/b"'),
        ("delete", "U+007F and all above stand raw", b'"\x7f"'),
        ("chinese", "text stands as UTF-8", '"东望集团"'.encode()),
        ("rare", "a character above U+FFFF is one character, not two escapes", '"𫖯𬍛"'.encode()),
        ("composed", "text is not normalised: e with an accent as one letter", '"é"'.encode()),
        ("decomposed", "text is not normalised: the same as two characters", '"e\u0301"'.encode()),
        ("separators", "U+2028 and U+2029 are ordinary characters", '"\u2028\u2029"'.encode()),
        ("depth-8", "eight containers inside one another", b"[[[[[[[[1]]]]]]]]"),
        ("depth-8-mixed", "objects count as arrays do", b'{"a":[{"a":[{"a":[{"a":[]}]}]}]}'),
        ("exactly-1-mib", "2^20 bytes are still allowed", b'"' + b"a" * ((1 << 20) - 2) + b'"'),
    ]  # fmt: skip
    bad = [
        ("unsorted", "keys must be sorted", b'{"b":1,"a":2}', NOT_CANONICAL),
        ("duplicate", "a key may stand once", b'{"a":1,"a":1}', NOT_CANONICAL),
        ("duplicate-apart", "also with another value", b'{"a":1,"b":2,"a":3}', NOT_CANONICAL),
        ("key-not-ascii", "keys are ASCII", '{"é":1}'.encode(), KEY),
        ("float", "no floats", b"1.5", NOT_CANONICAL),
        ("float-whole", "1.0 is a float too", b"1.0", NOT_CANONICAL),
        ("exponent", "no exponents", b"1e3", NOT_CANONICAL),
        ("minus-zero", "-0 is a second spelling of 0", b"-0", NOT_CANONICAL),
        ("leading-zero", "no leading zeros", b"01", NOT_JSON),
        ("plus", "no plus sign", b"+1", NOT_JSON),
        ("not-a-number", "NaN is not JSON", b"NaN", NOT_JSON),
        ("too-large", "2^53 is outside", b"9007199254740992", INTEGER),
        ("too-small", "-2^53 is outside", b"-9007199254740992", INTEGER),
        ("float-in-a-list", "no floats anywhere", b'{"a":["x",0.5]}', NOT_CANONICAL),
        ("space", "no white space", b'{"a": 1}', NOT_CANONICAL),
        ("space-before", "no white space before", b" 1", NOT_CANONICAL),
        ("line-feed-after", "no line feed after", b"1\n", NOT_CANONICAL),
        ("two-values", "one value, not two", b"1 2", NOT_JSON),
        ("comma", "no comma after the last", b"[1,]", NOT_JSON),
        ("byte-order-mark", "no byte order mark", b"\xef\xbb\xbf1", NOT_JSON),
        ("utf-16", "UTF-8 only", '"a"'.encode("utf-16-le"), NOT_JSON),
        ("not-utf-8", "a byte that is no UTF-8", b'"\xff"', NOT_JSON),
        ("overlong", "an overlong form of a slash", b'"\xc0\xaf"', NOT_JSON),
        ("lone-surrogate", "half a character, escaped", rb'"\ud800"', NOT_JSON),
        ("lone-surrogate-raw", "half a character, as bytes", b'"\xed\xa0\x80"', NOT_JSON),
        ("pair-escaped", "a whole character escaped as two halves", rb'"\ud86d\uddaf"', NOT_CANONICAL),
        ("escaped-letter", "a letter must not be escaped", rb'"\u0041"', NOT_CANONICAL),
        ("escaped-slash", "a slash must not be escaped", rb'"a\/b"', NOT_CANONICAL),
        ("escaped-chinese", "text must not be escaped", rb'"\u4e1c"', NOT_CANONICAL),
        ("long-escape", "a tab has its short escape", rb'"\u0009"', NOT_CANONICAL),
        ("capital-hex", "hex in small letters", rb'"\u001F"', NOT_CANONICAL),
        ("raw-control", "controls must be escaped", b'"\x01"', NOT_JSON),
        ("raw-tab", "a raw tab would split the line", b'"\t"', NOT_JSON),
        ("depth-9", "nine containers inside one another", b"[[[[[[[[[1]]]]]]]]]", DEEP),
        ("depth-9-empty", "also when the ninth is empty", b"[[[[[[[[[]]]]]]]]]", DEEP),
        ("depth-9-objects", "objects count", b'{"a":' * 9 + b"1" + b"}" * 9, DEEP),
        ("depth-100000", "no stack overflows", b"[" * 100_000, NOT_JSON),
        ("over-1-mib", "one byte above 2^20", b'"' + b"a" * ((1 << 20) - 1) + b'"', LONG),
        ("single-quotes", "not JSON", b"'a'", NOT_JSON),
        ("bare-word", "not JSON", b"nul", NOT_JSON),
        ("nothing", "no value at all", b"", NOT_JSON),
    ]  # fmt: skip
    return [vector(name, why, GOOD, data) for name, why, data in good] + [
        vector(name, why, expect, data) for name, why, data, expect in bad
    ]


def hashes() -> list[Vector]:
    """H of a tag and its parts."""
    found = [
        ("no-parts", "a tag alone", "head", []),
        ("parts", "each part ends with its line feed, the last one too", "log", ["a", "b"]),
        ("empty-part", "an empty part is a part", "payload", ["", ""]),
        ("chinese", "parts are UTF-8", "payload", ["0" * 32, '[["c","东望"]]']),
    ]
    good = [
        vector(name, why, {"hash": digest(tag, *items)}, tag=tag, parts=items)
        for name, why, tag, items in found
    ]
    why = "a line feed inside a part could make two different things hash alike"
    return [*good, vector("line-feed", why, refused("ValueError"), tag="log", parts=["a\nb"])]


def groups() -> list[Vector]:
    """Whether an office shares a group."""
    found = [
        ("own", "an office and its own group", GROUP, COUNTY, True),
        ("its-city", "the city above shares it", GROUP, CITY, True),
        ("police", "the police of the same place are another office", GROUP, POLICE, False),
        ("neighbour", "a neighbour does not", GROUP, "450922", False),
        ("police-group", "the city of a police office is the city without suffix", f"office:{POLICE}", CITY, True),
        ("city-own", "a city's own group", f"office:{CITY}", CITY, True),
        ("pair-one", "a pair: one side", "pair:440881+450923", "440881", True),
        ("pair-city", "a pair: the city of the other side", "pair:440881+450923", CITY, True),
        ("pair-third", "a pair: nobody else", "pair:440881+450923", "440882", False),
        ("city", "a city's group: every office under it", "city:450900", POLICE, True),
        ("city-other", "a city's group: nobody of another city", "city:450900", "440881", False),
        ("region", "a region: every office", "region:gx", "110101", True),
    ]  # fmt: skip
    names = {
        "pair-unsorted": "pair:450923+440881", "pair-same": "pair:450923+450923", "empty": "office:",
        "city-county": "city:450923", "city-suffix": "city:450900-ga", "space": "office:450923 ",
        "line-feed": "office:450923\n", "wide-digits": "office:４５０９２３", "capital": "office:450923-GA",
        "long-suffix": "office:450923-abcdefghi", "region-empty": "region:", "no-kind": "450923",
    }  # fmt: skip
    return [
        *(
            vector(n, why, {"shares": yes}, group=group, office=office)
            for n, why, group, office, yes in found
        ),
        *(
            vector(name, "no group's name", refused("wire.group"), group=group, office=COUNTY)
            for name, group in names.items()
        ),
    ]


def rows() -> list[Vector]:
    """Whether a row id was made for a group, table and office."""
    person = row(1, "person.ar")
    version_4, variant = person[:14] + "4" + person[15:], person[:19] + "c" + person[20:]
    flipped = person[:-1] + ("0" if person[-1] != "0" else "1")
    found = [
        ("fits", "made for all three", person, GROUP, "person.ar", COUNTY, True),
        ("city", "another office's id of the same number", row(1, "person.ar", CITY), GROUP, "person.ar", CITY, True),
        ("other-office", "an id of another office", person, GROUP, "person.ar", CITY, False),
        ("other-table", "an id of another table", person, GROUP, "lead.ar", COUNTY, False),
        ("other-class", "the class belongs to the table", person, GROUP, "person.ai", COUNTY, False),
        ("other-group", "an id of another group", person, "city:450900", "person.ar", COUNTY, False),
        ("capitals", "only small letters", person.upper(), GROUP, "person.ar", COUNTY, False),
        ("version-4", "only version 7", version_4, GROUP, "person.ar", COUNTY, False),
        ("variant", "only the variant of RFC 9562", variant, GROUP, "person.ar", COUNTY, False),
        ("last-digit", "one digit of the mark is wrong", flipped, GROUP, "person.ar", COUNTY, False),
        ("no-hyphens", "only the text form", person.replace("-", ""), GROUP, "person.ar", COUNTY, False),
        ("empty", "no id", "", GROUP, "person.ar", COUNTY, False),
    ]  # fmt: skip
    return [
        vector(name, why, {"fits": yes}, row=id_, group=group, table=table, office=office)
        for name, why, id_, group, table, office, yes in found
    ]


def logs() -> list[Vector]:
    """Log ids and device ids."""
    pc = Device("county one", COUNTY)
    plain = {"device": pc.id, "group": GROUP, "incarnation": secret("one").hex()[:32]}
    resumed = {**plain, "resumed": secret("before").hex()}
    from desktop.wire import canonical as json

    def good(name: str, why: str, value: dict[str, str]) -> Vector:
        expect = {"log": digest("log", json.encode(value)), "device": pc.id}
        return vector(name, why, expect, description=value, keys=pc.keys)

    def bad(name: str, why: str, **change: object) -> Vector:
        value = {key: item for key, item in {**resumed, **change}.items() if item != "gone"}
        return vector(name, why, refused("wire.log"), description=value, keys=pc.keys)

    return [
        good("first", "a PC's first log of a group", plain),
        good("resumed", "after a restore: names the entry it goes on from", resumed),
        bad("more", "no other key", more=1),
        bad("no-group", "the group is missing", group="gone"),
        bad("group", "no group's name", group="office:"),
        bad("device", "a device id has 32 digits", device=pc.id[:31]),
        bad("incarnation", "32 digits, small letters", incarnation="A" * 32),
        bad("resumed-short", "the resumed entry is an entry id", resumed="00"),
        bad("resumed-null", "absent, not null: else one log had two spellings", resumed=None),
    ]
