"""Entries, ids and runs: what is hashed, what is refused, and that one altered byte is seen."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.wire import canonical, entries, usual
from desktop.wire.entries import (
    Header,
    Line,
    LogDescription,
    entry_id,
    new_line,
    parse_description,
    parse_header,
    parse_line,
    parse_operations,
)
from desktop.wire.faults import WireError
from desktop.wire.groups import may_share, members, pair_group
from desktop.wire.hashing import begun, digest, digest_from
from desktop.wire.ids import device_id, new_row_id, row_bytes, row_fits, row_text
from desktop.wire.runs import RunStart, read_pieces
from desktop.wire.signatures import SigningKey, sign_head, verifies
from desktop.wire.statements import compose

GROUP = "office:450923"
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcXYZ09_"), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_a_value_has_one_text_and_comes_back(value: Any) -> None:
    assert canonical.decode(canonical.encode(value)) == value


@pytest.mark.parametrize(
    "bad",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b"1.0",
        b"1e3",
        b"-0",
        b" 1",
        b"1\n",
        b'"\\ud800"',
        b'"\\u0041"',
        b'"\xff"',
        b"9007199254740992",
        b"[" * 5000,
        b"[[[[[[[[[1]]]]]]]]]",
        '{"é":1}'.encode(),
        b"nul",
        b"",
    ],
)
def test_a_second_spelling_or_a_hostile_text_is_refused(bad: bytes) -> None:
    with pytest.raises(WireError):
        canonical.decode(bad)


def test_the_hash_is_what_sha256sum_prints() -> None:
    assert digest("x", "a", b"b") == hashlib.sha256(b"liandong/1/x\na\nb\n").hexdigest()
    with pytest.raises(ValueError, match="line feed"):
        digest("x", "a\nb")


def test_a_hash_from_a_common_beginning_is_the_same_hash() -> None:
    assert digest_from(begun("x", "a"), b"b", b"c") == digest("x", "a", "b", "c")
    assert digest_from(begun("x"), b"") == digest("x", "")
    with pytest.raises(ValueError, match="line feed"):
        digest_from(begun("x", "a"), b"b\nc", b"")


def test_a_row_id_fits_its_group_table_and_office_only() -> None:
    row = new_row_id(GROUP, "person.ar", "450923")
    assert row_text(row_bytes(row)) == row
    assert row_fits(row, GROUP, "person.ar", "450923")
    assert not row_fits(row, GROUP, "person.ar", "450900")
    assert not row_fits(row, GROUP, "lead.ar", "450923")
    assert not row_fits(row, "office:450922", "person.ar", "450923")
    assert not row_fits(row.upper(), GROUP, "person.ar", "450923")
    assert not row_fits(None, GROUP, "person.ar", "450923")


def test_groups_name_their_offices() -> None:
    assert members("office:450923") == ("450900", "450923")
    assert members(pair_group("450923", "440881")) == ("440800", "440881", "450900", "450923")
    assert may_share("city:450900", "450923-ga")
    assert not may_share("city:450900", "440881")
    wide = "office:４５０９２３"
    for bad in ("", "office:", "pair:450923+440881", "city:450923", "office:450923 ", "region", wide):
        with pytest.raises(WireError):
            members(bad)


def _line(n: int) -> Line:
    header = Header("lead.open", n, "", 1_591_500_000_000 + n, 0, 1)
    row = new_row_id(GROUP, "lead.ar", "450923")
    return new_line(header, [["c", "lead.ar", row, {"summary": "东望集团"}]])


def _run(count: int, head_every: int = 2) -> tuple[list[bytes], SigningKey]:
    key = SigningKey.generate()
    log = LogDescription(device_id(key.public, "age1x"), GROUP, "0" * 32)
    start = RunStart(log, key.public, "age1x", 1, log.id())
    lines, previous = [start.text()], log.id()
    for n in range(1, count + 1):
        line = _line(n)
        previous = entry_id(log.id(), previous, line)
        lines.append(line.text())
        if n % head_every == 0:
            lines.append(sign_head(key, "f" * 64, log.id(), n, previous).text())
    return [line.removesuffix(b"\n") for line in lines], key


def test_a_run_yields_its_pieces_and_drops_what_no_head_proves() -> None:
    lines, key = _run(5)
    pieces = list(read_pieces(lines))
    assert [[n for n, _, _, _ in piece.entries] for piece in pieces] == [[1, 2], [3, 4]]
    assert all(piece.head.verifies("f" * 64, key.public) for piece in pieces)
    assert not pieces[0].head.verifies("e" * 64, key.public)


def test_any_altered_byte_of_a_run_is_seen() -> None:
    lines, key = _run(2)
    good = {(n, found) for piece in read_pieces(lines) for n, found, _, _ in piece.entries}
    for index, line in enumerate(lines):
        for place in range(len(line)):
            changed = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
            try:
                pieces = list(read_pieces([*lines[:index], changed, *lines[index + 1 :]]))
            except WireError:
                continue
            proved = {
                (n, found)
                for piece in pieces
                if piece.head.verifies("f" * 64, key.public)
                for n, found, _, _ in piece.entries
            }
            assert proved <= good


def test_a_signature_has_one_spelling() -> None:
    key = SigningKey.generate()
    good = key.sign(b"x")
    assert verifies(key.public, good, b"x")
    for other in (good.upper(), " " + good, good[:2] + " " + good[2:], good + "0", ""):
        assert not verifies(key.public, other, b"x")
    assert not verifies(key.public.upper(), good, b"x")


def test_a_log_that_goes_on_from_nothing_has_one_description() -> None:
    value = {"device": "0" * 32, "group": GROUP, "incarnation": "0" * 32}
    assert parse_description(value).value() == value
    with pytest.raises(WireError, match=r"wire\.log"):
        parse_description({**value, "resumed": None})


@pytest.mark.parametrize("slot", ["first", -1, True, None, 1.5])
def test_a_grants_slot_is_a_number_from_0_on(slot: Any) -> None:
    key = SigningKey.generate()
    value = {"kind": "grant", "office": "450923", "keys": [key.public, "age1x"], "by": "f" * 64}
    value["device"] = device_id(key.public, "age1x")
    assert compose(value, [key]).value == value
    with pytest.raises(WireError):
        compose({**value, "slot": slot}, [key])


def test_an_expunged_line_keeps_its_id() -> None:
    line = _line(1)
    log = "a" * 64
    bare = Line(line.header, b"-", line.commitment().encode())
    assert entry_id(log, log, parse_line(bare.text()[:-1])) == entry_id(log, log, line)


@pytest.mark.parametrize(
    "payload",
    [
        b"[]",
        b"{}",
        b'[["c"]]',
        b'[["z",1]]',
        b'[[["c"],1]]',
        b'[["c","person","x",{}]]',
        b'[["k",2,1]]',
        b'[["s","movement.ai","0195f1d2-0000-7000-8000-000000000000",{"a":[1]}]]',
        b'[["c","lead.ar","0195f1d2-0000-7000-8000-000000000000",{"a":null}]]',
        b'[["c","lead.ar","0195f1d2-0000-7000-8000-000000000000",{"":1}]]',
        b'[["w","lead.ar","0195f1d2-0000-7000-8000-000000000000",1,[],[]]]',
        b'[["w","lead.ar","0195f1d2-0000-7000-8000-000000000000","x",["y"],[]]]',
    ],
)
def test_operations_of_no_known_shape_are_refused(payload: bytes) -> None:
    with pytest.raises(WireError):
        parse_operations(payload)


@pytest.mark.parametrize("header", [b"{}", b"[]", b'{"a":"x","d":0,"n":0,"o":"","t":1,"v":1}', b'{"a":1}'])
def test_headers_of_no_known_shape_are_refused(header: bytes) -> None:
    with pytest.raises(WireError):
        parse_header(header)


_HEADERS = (
    b'{"a":"x","d":0,"n":1,"o":"","t":5,"v":1}',
    b'{"a":"x","b":"1","d":0,"n":1,"o":"","t":5,"v":1,"x":"2"}',
    b'{"a":"x","b":null,"d":0,"n":1,"o":"","t":5,"v":1}',
    b'{"a":"x","d":0,"later":[1],"n":1,"o":"","t":5,"v":1}',
    b'{"a":"x","d":0,"n":1,"o":"","t":5,"v":-9007199254740991}',
    b'{"a":"x","d":0,"n":1,"o":"","t":5,"v":-9007199254740992}',
    b'{"a":"x","d":0,"n":9007199254740992,"o":"","t":5,"v":1}',
    b'{"a":"x","d":0,"n":1,"o":"","t":9007199254740992,"v":1}',
    b'{"a":"x","d":0,"n":99999999999999999999,"o":"","t":5,"v":1}',
    b'{"a":"x","d":0,"n":1.0,"o":"","t":5,"v":1}',
    b'{"a":"x","d":0,"n":true,"o":"","t":5,"v":1}',
    b'{"a":"x","d":0,"n":0,"o":"","t":5,"v":1}',
    b'{"a":"x","d":-1,"n":1,"o":"","t":5,"v":1}',
    b'{"a":"x","d":0,"n":1,"o":"","t":5,"v":1,"v":1}',
    b'{"d":0,"a":"x","n":1,"o":"","t":5,"v":1}',
    b'{"a":"x","d":0,"n":1,"o":"","t":5, "v":1}',
    b'{"a":"x","d":0,"n":1,"o":"","t":5}',
    b'{"a":"\\u0078","d":0,"n":1,"o":"","t":5,"v":1}',
    b'{"a":"\\ud800","d":0,"n":1,"o":"","t":5,"v":1}',
    b'{"a":"%b","d":0,"n":1,"o":"","t":5,"v":1}' % (65 * b"x"),
    b'{"a":"%b","d":0,"n":1,"o":"","t":5,"v":1}' % (2000 * b"x"),
    b'{"a":"\xff","d":0,"n":1,"o":"","t":5,"v":1}',
    b'{"a":"x","d":0,"n":1,"o":"nobody","t":5,"v":1}',
    b'["a"]',
    b"",
)


@pytest.mark.parametrize("data", _HEADERS)
def test_the_quick_way_to_read_a_header_says_what_the_general_way_says(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = _read_header(data)
    monkeypatch.setattr(entries, "usual_header", lambda data: None)
    assert quick == _read_header(data)


def _read_header(data: bytes) -> Header | None:
    try:
        return parse_header(data)
    except WireError:
        return None


_ROW = new_row_id("office:450923", "person.ar", "450923")
_LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text(max_size=3)
_FREE: Any = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("aé", max_size=2), inner, max_size=2),
    max_leaves=6,
)
_FIELDS = st.dictionaries(st.sampled_from(("name", "note", "Name", "é", "")), _FREE, max_size=2)
_DOTS = st.lists(st.sampled_from(("0" * 64, "A" * 64, "")), max_size=2)
_OPERATIONS: Any = st.one_of(
    st.tuples(st.sampled_from(("c", "s")), st.just("person.ar"), st.just(_ROW), _FIELDS),
    st.tuples(
        st.just("s"),
        st.sampled_from(("person.ar", "raid_officer.ai")),
        st.just(_ROW),
        st.dictionaries(st.sampled_from(("name", "note")), st.builds(lambda v, d: [v, *d], _FREE, _DOTS)),
    ),
    st.tuples(st.just("w"), st.just("person.ar"), st.just(_ROW), _LEAVES, _DOTS, _DOTS),
    st.tuples(st.sampled_from(("k", "v", "z", 1)), _FREE, _FREE),
    _FREE,
)


def _operations(data: bytes) -> Any:
    try:
        return parse_operations(data)
    except WireError:
        return None


@given(st.lists(_OPERATIONS, max_size=3), st.booleans())
def test_the_quick_way_to_read_a_payload_says_what_the_general_way_says(value: Any, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, sort_keys=True, separators=(",", ":"))
    data = text.encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        quick = _operations(data)
        patch.setattr(entries, "usual_operations", lambda data: None)
        assert quick == _operations(data)


_NOTES = (
    '"x"', '"\\u5b57"', '"字"', '"\\ud800"', '"\ud800"', "1", "-0", "1.0", "1.5", "1e3", "NaN", "true",
    "9007199254740991", "9007199254740992", "-9007199254740992", "18446744073709551616", "[null]", "[1.5]",
    "null", "[ 1]", "{}", '{"a":1}', '{"é":1}', '{"a":1.5}', '{"b":1,"a":2}', '[{"a":[]}]', '"x","note":"y"',
    '"x","name":"y"', '"x","Name":"y"', '"x"},1', '"x"},[]',
)  # fmt: skip
_PAYLOADS = (
    *(f'[["c","person.ar","{_ROW}",{{"note":{note}}}]]' for note in _NOTES),
    f'[["s","person.ar","{_ROW}",{{"note":["x","{"0" * 64}"]}}]]',
    f'[["s","person.ar","{_ROW}",{{"note":["x","{"A" * 64}"]}}]]',
    f'[["s","person.ar","{_ROW}",{{"note":["x",1]}}]]',
    f'[["s","person.ar","{_ROW}",{{"note":[]}}]]',
    f'[["s","person.ar","{_ROW}",{{}}]]',
    f'[["s","person.ai","{_ROW}",{{"note":["x"]}}]]',
    f'[["s","person.ar","{_ROW.upper()}",{{"note":["x"]}}]]',
    f'[["w","person.ar","{_ROW}",null,[],[]]]',
    f'[["w","person.ar","{_ROW}",1,[],[]]]',
    f'[["w","person.ar","{_ROW}",null,[],["{"0" * 64}"]]]',
    f'[["w","person.ar","{_ROW}",null,[],[1]]]',
    '[["k",1,2]]', '[["k",2,1]]', '[["v",{}]]', '[["x"]]', "[[]]", "[]", "{}", "[1]", "",
)  # fmt: skip


@pytest.mark.parametrize("payload", _PAYLOADS, ids=range(len(_PAYLOADS)))
def test_both_ways_to_read_a_payload_agree_on_good_and_hostile_ones(
    payload: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = payload.encode("utf-8", "surrogatepass")
    quick = _operations(data)
    monkeypatch.setattr(entries, "usual_operations", lambda data: None)
    assert quick == _operations(data)


def _nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(("letter", "deepest"), [("c", 5), ("s", 4)])
def test_both_ways_to_read_a_payload_end_at_the_same_depth(
    letter: str, deepest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(levels: int) -> bool:
        value = _nested(levels) if letter == "c" else [_nested(levels), "0" * 64]
        data = json.dumps([[letter, "person.ar", _ROW, {"note": value}]], separators=(",", ":"))
        return _operations(data.encode()) is not None

    assert [read(levels) for levels in (deepest, deepest + 1)] == [True, False]
    assert usual.usual_operations(b'[["c","t","r",{"a":%s}]]' % str(_nested(5)).encode()) is not None
    monkeypatch.setattr(entries, "usual_operations", lambda data: None)
    assert [read(levels) for levels in (deepest, deepest + 1)] == [True, False]


def test_field_words_are_judged_alike_the_first_and_the_second_time() -> None:
    row = new_row_id("office:450923", "person.ar", "450923")
    for name, good in (("name", True), ("Name", False), ("n" * 63, True), ("n" * 64, False), ("", False)):
        body = canonical.encode([["c", "person.ar", row, {name: "x"}]])
        for _ in range(2):
            if good:
                assert parse_operations(body)[0][3] == {name: "x"}
            else:
                with pytest.raises(WireError):
                    parse_operations(body)
