"""查获人员登记表: a landscape register on two lines a person, then one portrait sheet for each person.

Wording, columns and the rows of the sheet: ``resources/forms/people_register.toml``.
"""

from __future__ import annotations

from desktop.forms.chinese import chinese_date
from desktop.forms.data import PeopleRegister, RegisterPerson, Signatory
from desktop.forms.flow import Field, Flow, baseline, number_pages
from desktop.forms.fonts import SANS
from desktop.forms.page import MM, Page
from desktop.forms.table import Cell, Table
from desktop.forms.text import wrap_text
from desktop.forms.wording import Wording, wording

_DATES = {"birth_date", "joined", "arrived", "left"}
_ROW = 10.0  # mm, both lines of a person
_LABEL = 29.0  # mm
_LABEL_SIZE = 9.5
_PHOTO = (32.0, 41.0)  # mm: five rows beside it
_SHEET_ROW = 8.3  # mm


def people_register_pages(data: PeopleRegister | None) -> list[Page]:
    """The register and the sheets; None gives one blank page of each."""
    words = wording("people_register")
    pages = _register(words, data)
    if data is None:
        pages += _sheet(words, PeopleRegister(), RegisterPerson())
    elif data.sheets:
        for position, person in enumerate(data.people, 1):
            pages += _sheet(words, data, _numbered(person, position))
    number_pages(pages, words.paper.bottom, "register")
    number_pages(pages, (words.sheet_paper or words.paper).bottom, "sheet")
    return pages


def _numbered(person: RegisterPerson, position: int) -> RegisterPerson:
    return person if person.no else _replace(person, no=str(position))


def _replace(person: RegisterPerson, **changes: str) -> RegisterPerson:
    return type(person)(**{name: getattr(person, name) for name in person.__struct_fields__} | changes)


def _value(person: RegisterPerson, field: str) -> str:
    text: str = getattr(person, field)
    return chinese_date(text) if field in _DATES else text


def _facts(flow: Flow, words: Wording, data: PeopleRegister) -> None:
    names = words.names
    flow.fields([
        Field(names["raid"], data.raid, 4),
        Field(names["place"], data.place, 4),
        Field(names["date"], chinese_date(data.date) or names["blank_date"], 2.4),
        Field(names["document_no"], data.document_no, 2.4),
    ])  # fmt: skip
    officers = "、".join(_credited(officer) for officer in data.officers)
    flow.fields([Field(names["officer"], officers, 8), Field(names["prepared_by"], data.prepared_by, 2.4)])
    flow.skip(4)


def _credited(officer: Signatory) -> str:
    return f"{officer.name}（{officer.credential}）" if officer.credential else officer.name


def _register(words: Wording, data: PeopleRegister | None) -> list[Page]:
    shown = data or PeopleRegister()

    def head(flow: Flow) -> None:
        flow.running(f"{shown.office}{words.title_zh}{words.names['continued']}")

    flow = Flow(words.paper, words.signatures, 12, head, kind="register")
    flow.office(shown.office, 13, 19)
    flow.title(words.title_zh, 17, 25)
    flow.size, flow.leading = 9, 14
    _facts(flow, words, shown)
    heading = [Cell((column.zh, column.second_zh)) for column in words.columns]
    widths = [column.width for column in words.columns]
    table = Table(flow, widths, heading, words.paper.size, words.paper.leading, _ROW)
    table.begin()
    for position, person in enumerate(shown.people, 1):
        numbered = _numbered(person, position)
        table.add([
            Cell((_value(numbered, column.field), _value(numbered, column.second)), column.align)
            for column in words.columns
        ])  # fmt: skip
    names = words.names
    count = f"{words.plain('closing')}（{names['count']}{len(shown.people)}{names['count_unit']}）"
    table.finish("" if data is None else count, column=4, halves=2)
    for page in flow.pages:
        page.write(words.plain("caution"), flow.left, baseline(flow.bottom + 1, 12, 8), 8, SANS)
    return flow.finish()


def _sheet(words: Wording, data: PeopleRegister, person: RegisterPerson) -> list[Page]:
    paper = words.sheet_paper or words.paper

    def head(flow: Flow) -> None:
        flow.running(f"{words.names['sheet_title']}{words.names['continued']}")

    flow = Flow(paper, words.sheet_signatures, 30, head, kind="sheet")
    flow.office(data.office, 14, 22)
    flow.title(words.names["sheet_title"], 18, 30)
    names = words.names
    flow.fields([
        Field(names["raid"], data.raid, 3),
        Field(names["date"], chinese_date(data.date) or names["blank_date"], 2),
    ])  # fmt: skip
    flow.fields([Field(names["place"], data.place)])
    flow.skip(4)
    _grid(flow, words, person)
    for page in flow.pages:
        page.write(words.plain("caution"), flow.left, baseline(flow.bottom + 1, 14, 9), 9)
        page.write(words.plain("confirm"), flow.left, baseline(flow.bottom + 15, 14, 9), 9, SANS)
    return flow.finish()


def _grid(flow: Flow, words: Wording, person: RegisterPerson) -> None:
    """Labels and values in a ruled grid, the photograph's place at the right of the first rows."""
    photo_width, photo_height = (side * MM for side in _PHOTO)
    flow.keep(photo_height)
    page, top, bottom = flow.page, flow.y, flow.y + photo_height
    photo_ends = bottom
    for row in words.sheet_rows[:-1]:
        beside = flow.page is page and flow.y < bottom - 1
        _grid_row(flow, words, person, row, flow.right - (photo_width if beside else 0))
        if beside and flow.page is page:
            photo_ends = flow.y
    _grid_row(flow, words, person, words.sheet_rows[-1], flow.right, least=flow.room - 4 * MM)
    left = flow.right - photo_width
    page.frame(left, top, photo_width, photo_ends - top)
    middle = baseline(top, photo_ends - top, flow.size)
    page.write_centred(words.names["photo"], left, flow.right, middle, flow.size, SANS)


def _grid_row(
    flow: Flow, words: Wording, person: RegisterPerson, row: tuple[str, ...], right: float, least: float = 0.0
) -> None:
    """One row of labels and values, at least ``least`` points high, over several pages where it is long."""
    label_width = _LABEL * MM
    pair = (right - flow.left) / len(row)
    broken = [wrap_text(_value(person, field), (pair - label_width - 2 * MM) / flow.size) for field in row]
    least = max(least, _SHEET_ROW * MM)
    while any(broken):
        space = int((flow.room - 2 * MM) // flow.leading)
        if space < min(3, max(map(len, broken))) or flow.room < _SHEET_ROW * MM:
            flow.turn()
            continue
        part = [lines[:space] for lines in broken]
        broken = [lines[space:] for lines in broken]
        height = max(min(least, flow.room), max(map(len, part)) * flow.leading + 2 * MM)
        for n, (field, lines) in enumerate(zip(row, part, strict=True)):
            x = flow.left + n * pair
            flow.page.frame(x, flow.y, label_width, height)
            flow.page.frame(x + label_width, flow.y, pair - label_width, height)
            middle = baseline(flow.y, height, _LABEL_SIZE)
            flow.page.write_centred(words.names[field], x, x + label_width, middle, _LABEL_SIZE, SANS)
            top = flow.y + (height - len(lines) * flow.leading) / 2
            for number, line in enumerate(lines):
                base = baseline(top + number * flow.leading, flow.leading, flow.size)
                flow.page.line(line, x + label_width + MM, base, flow.size)
        flow.y += height
