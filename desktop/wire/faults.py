"""The one exception of the formats: something that came from outside is not what it must be.

Knows nothing but a code; the bytes that were wrong never travel in the error.
"""

from __future__ import annotations


class WireError(Exception):
    """Input that breaks the format. ``code`` is ``area.name``; it holds no personal data."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
