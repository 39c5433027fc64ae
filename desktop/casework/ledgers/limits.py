"""How much a ledger may hold. Beyond these nothing is read at all. Knows no file format."""

from __future__ import annotations

from desktop.errors import UserError

MEGABYTE = 1024 * 1024
FILE_BYTES = 100 * MEGABYTE
EXPANDED_BYTES = 200 * MEGABYTE
ROWS = 200_000
COLUMNS = 500
# A workbook library lays a sheet out as one rectangle: a value in its far corner must not cost gigabytes.
CELLS = 10_000_000
CELL_CHARACTERS = 32_767  # Excel's own limit


def check_extent(rows: int, columns: int) -> None:
    """Raises ``UserError`` when a sheet that reaches to this row and column is too large."""
    if rows > ROWS:
        raise UserError("ledgers.too_many_rows", limit=f"{ROWS:,}")
    if columns > COLUMNS:
        raise UserError("ledgers.too_many_columns", limit=COLUMNS)
    check_cells(rows * columns)


def check_cells(cells: int) -> None:
    """Raises ``UserError`` when the rectangles of a file's sheets hold more cells than may be laid out."""
    if cells > CELLS:
        raise UserError("ledgers.too_many_cells", limit=f"{CELLS:,}")


def too_big() -> UserError:
    """The error for a file that expands beyond the limit."""
    return UserError("ledgers.too_big", limit=EXPANDED_BYTES // MEGABYTE)


def check_cell(text: str, row: int) -> None:
    """Raises ``UserError`` for a cell longer than any workbook can hold. ``row`` counts from 1."""
    if len(text) > CELL_CHARACTERS:
        raise UserError("ledgers.cell_too_long", row=row, limit=f"{CELL_CHARACTERS:,}")
