"""Looks through an xlsx file before a library may parse it: real sizes, extents, formulas without a result.

Everything is read as a stream of bytes under limits; no XML is parsed, so nothing in it can expand. Knows
only the container and the few tags it needs.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from itertools import chain
from posixpath import normpath

import msgspec

from desktop.casework.ledgers.limits import EXPANDED_BYTES, MEGABYTE, check_cells, check_extent, too_big
from desktop.casework.ledgers.xlsx_dates import has_huge_numbers
from desktop.errors import UserError

Place = tuple[int, int]

_CHUNK = 4 * MEGABYTE
_LONGEST_CELL = 2 * _CHUNK
_LONGEST_TAG = 4000
_MOST_SHEETS = 500
_SHARED_TEXT = 1024 * MEGABYTE
_NOT_READ = re.compile(
    r"xl/(?:media|embeddings|printerSettings|drawings|charts|theme)/|.*vbaProject\.bin$", re.I
)
_P = rb"(?:\w+:)?"
_REF = rb"\br\s*=\s*[\"']([A-Za-z]{1,4})(\d{1,9})[\"']"
# Patterns that run over foreign bytes look at each byte a bounded number of times: none may nest two repeats.
# A cell that is not closed at once and so may hold a value; first the way in which every program writes it.
_PLACED = re.compile(rb"<" + _P + rb"c r=\"([A-Z]{1,4})(\d{1,9})\"[^<>]*(?<!/)>")
_CELL = re.compile(rb"<" + _P + rb"c(?:\s[^<>]*)?(?<!/)>")
_ROW = re.compile(rb"<" + _P + rb"row\b")
_ROW_NUMBER = re.compile(rb"<" + _P + rb"row\s[^<>]*?\br\s*=\s*[\"'](\d{1,9})[\"']")
_FORMULA = re.compile(
    rb"<" + _P + rb"c\s([^<>]*)>\s*<" + _P + rb"f\b[^<>]*(?:(?<=/)>|(?<!/)>[^<]*</" + _P + rb"f>)\s*"
    rb"(?:(<" + _P + rb"v\s*/>|<" + _P + rb"v>\s*</" + _P + rb"v>)\s*)?</" + _P + rb"c>"
)
_ERROR = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
_INDEXED = re.compile(rb"<" + _P + rb"c\s([^<>]*)>\s*<" + _P + rb"v>(\d{1,9})<")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^<>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^<>]*)>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


class SheetFacts(msgspec.Struct):
    """What a sheet reaches to, and whether it holds numbers that are too large for any date."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    huge: bool = False


class WorkbookFacts(msgspec.Struct):
    """Whether the file holds macros, and the parts (small letters) of sheets with huge numbers."""

    macros: bool
    huge: set[str]


def inspect_xlsx(data_untrusted: bytes) -> WorkbookFacts:
    """Check an xlsx or xlsm file against the limits.

    Raises ``UserError``: damaged, encrypted, not a workbook, or too large in any of the ways of ``limits``.
    """
    try:
        with zipfile.ZipFile(BytesIO(data_untrusted)) as archive:
            return _inspect(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ) as error:
        raise UserError("ledgers.damaged") from error


def _inspect(archive: zipfile.ZipFile) -> WorkbookFacts:
    members = archive.infolist()
    names = [member.filename.lower() for member in members]
    if "xl/workbook.xml" not in names:
        raise UserError("ledgers.not_a_workbook")
    if len(set(names)) != len(names):
        raise UserError("ledgers.damaged")
    if any(member.flag_bits & 1 for member in members):
        raise UserError("ledgers.encrypted")
    read = {member.filename: member for member in members if not _NOT_READ.match(member.filename)}
    if sum(member.file_size for member in read.values()) > EXPANDED_BYTES:
        raise too_big()
    meter = _Meter(archive)
    sheets: dict[str, SheetFacts] = {}
    longest_shared = 0
    for name, member in read.items():
        if "worksheets/" in name.lower() and not name.lower().endswith(".rels"):
            sheets[name.lower()] = _sheet_facts(meter.pieces(member))
        elif name.lower() == "xl/sharedstrings.xml":
            longest_shared = max((len(text) for text in _shared_texts(meter.pieces(member))), default=0)
        else:
            for _ in meter.pieces(member):
                pass
    check_cells(sum(facts.rows * facts.columns for facts in sheets.values()))
    _check_shared_text(archive, read, sheets, longest_shared)
    _sheet_paths(archive, read)
    macros = any(name.endswith("vbaproject.bin") for name in names)
    return WorkbookFacts(macros, {path for path, facts in sheets.items() if facts.huge})


class _Meter:
    """Inflates members and stops where all of them together pass the limit, whatever they declare."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = EXPANDED_BYTES

    def pieces(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        first = True
        with self._archive.open(member) as stream:
            while piece := stream.read(_CHUNK):
                self._left -= len(piece)
                if self._left < 0:
                    raise too_big()
                # Office writes neither UTF-16 nor a document type; only somebody who hides something does.
                if b"\0" in piece and not member.filename.endswith(".bin"):
                    raise UserError("ledgers.damaged")
                if first and b"<!DOCTYPE" in piece:
                    raise UserError("ledgers.damaged")
                first = False
                yield piece


def _whole(pieces: Iterator[bytes], end: bytes) -> Iterator[bytes]:
    """The same bytes in blocks that end with ``end``, so that nothing is cut in two."""
    rest = b""
    for piece in pieces:
        block = rest + piece
        cut = block.rfind(end) + len(end)
        if cut < len(end):
            if len(block) > _LONGEST_CELL:
                raise UserError("ledgers.damaged")
            rest = block
            continue
        rest = block[cut:]
        yield block[:cut]
    yield rest


def _sheet_facts(pieces: Iterator[bytes]) -> SheetFacts:
    facts = SheetFacts()
    seen_rows = 0
    for block in _whole(pieces, b"row>"):
        facts.huge = facts.huge or has_huge_numbers(block)
        placed = _PLACED.findall(block)
        cells = _CELL.findall(block)
        facts.cells += len(cells)
        if len(cells) != len(placed):
            odd = [tag for tag in cells if not _PLACED.fullmatch(tag)]
            found = [_odd_place(tag) for tag in odd]
            placed += [place for place in found if place]
            if None in found:
                _count_unplaced(block, facts, seen_rows)
        for letters in {letters for letters, _ in placed}:
            facts.columns = max(facts.columns, _column(letters))
        facts.rows = max(facts.rows, *(int(digits) for digits in {digits for _, digits in placed}), 0)
        seen_rows += len(_ROW.findall(block))
        check_extent(facts.rows, facts.columns)
    return facts


def _odd_place(tag: bytes) -> tuple[bytes, bytes] | None:
    """Letters and digits of a cell's reference in an unusual tag. A quote that hides a > is damage."""
    if tag.count(b'"') % 2 or tag.count(b"'") % 2:
        raise UserError("ledgers.damaged")
    found = re.search(_REF, tag)
    return (found.group(1), found.group(2)) if found else None


def _count_unplaced(block: bytes, facts: SheetFacts, seen_rows: int) -> None:
    """Cells without a reference stand one after the other in their row: count them."""
    numbers = [int(number) for number in _ROW_NUMBER.findall(block)]
    rows = _ROW.split(block)
    facts.rows = max(facts.rows, seen_rows + len(rows), *numbers, 0)
    facts.columns = max(facts.columns, *(len(_CELL.findall(row)) for row in rows))


def unseen_values(data_untrusted: bytes, sheet: str) -> tuple[set[Place], set[Place]]:
    """Places of formulas without a saved result, and of error values, in a file that was inspected."""
    with zipfile.ZipFile(BytesIO(data_untrusted)) as archive:
        read = {member.filename: member for member in archive.infolist()}
        path = _sheet_paths(archive, read).get(sheet)
        member = next((member for name, member in read.items() if name.lower() == path), None)
        without_value: set[Place] = set()
        errors: set[Place] = set()
        if member is None:
            return without_value, errors
        for block in _whole(_Meter(archive).pieces(member), b"row>"):
            for attributes, value in _FORMULA.findall(block):
                if not value or b't="str"' not in attributes:
                    without_value.update(_place(attributes))
            if _ERROR.search(block):
                for tag in _CELL.findall(block):
                    if _ERROR.search(tag):
                        errors.update(_place(tag))
        return without_value, errors


def _place(attributes: bytes) -> list[Place]:
    found = re.search(_REF, attributes)
    return [(int(found.group(2)) - 1, _column(found.group(1)) - 1)] if found else []


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _shared_texts(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The shared texts in their order; some programs write their tags with a prefix."""
    first = next(pieces, b"")
    prefixed = re.search(rb"</\w+:si>", first)
    end = prefixed.group(0) if prefixed else b"</si>"
    for block in _whole(chain([first], pieces), end):
        yield from block.split(end)[:-1]


def _check_shared_text(
    archive: zipfile.ZipFile, read: dict[str, zipfile.ZipInfo], sheets: dict[str, SheetFacts], longest: int
) -> None:
    """One long text used by a million cells is stored once and read a million times: add it up."""
    if longest * sum(facts.cells for facts in sheets.values()) <= _SHARED_TEXT:
        return
    shared = next(member for name, member in read.items() if name.lower() == "xl/sharedstrings.xml")
    lengths = [len(text) for text in _shared_texts(_Meter(archive).pieces(shared))]
    for name, member in read.items():
        if name.lower() not in sheets:
            continue
        used: Counter[bytes] = Counter()
        for block in _whole(_Meter(archive).pieces(member), b"row>"):
            used.update(index for tag, index in _INDEXED.findall(block) if b"s" in tag)
        total = sum(lengths[int(index)] * times for index, times in used.items() if int(index) < len(lengths))
        if total > _SHARED_TEXT:
            raise too_big()


def _sheet_paths(archive: zipfile.ZipFile, read: dict[str, zipfile.ZipInfo]) -> dict[str, str]:
    """Sheet name → path of its part in small letters. Raises ``UserError`` when a sheet was not inspected."""
    lower = {name.lower(): member for name, member in read.items()}

    def text(name: str) -> str:
        member = lower.get(name)
        return archive.read(member).decode("utf-8", "replace") if member else ""

    targets = {
        found.get("Id", ""): found.get("Target", "")
        for found in map(_attributes, _RELATION.findall(text("xl/_rels/workbook.xml.rels")))
    }
    paths: dict[str, str] = {}
    for found in map(_attributes, _SHEET.findall(text("xl/workbook.xml"))):
        target = targets.get(next((value for key, value in found.items() if key.endswith(":id")), ""), "")
        path = (target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")).lower()
        if target and path not in lower:
            raise UserError("ledgers.damaged")
        paths[found.get("name", "")] = path
        if len(paths) > _MOST_SHEETS:
            raise UserError("ledgers.damaged")
    return paths


def _attributes(text: str) -> dict[str, str]:
    if len(text) > _LONGEST_TAG:
        raise UserError("ledgers.damaged")
    return {key: unescape(double or single) for key, double, single in _ATTRIBUTE.findall(text)}
