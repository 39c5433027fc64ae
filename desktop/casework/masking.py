"""Identity numbers as lists show them: enough to tell two people apart, not enough to use the number.

Knows no record and no screen.
"""

from __future__ import annotations

_WHOLE = 15
"""From this length on a number is a resident's (15 or 18 characters) or worth as much."""


def masked(number: str) -> str:
    """First six and last four characters, as 450923********0019; of shorter numbers a quarter at each end."""
    first, last = (6, 4) if len(number) >= _WHOLE else (len(number) // 4, len(number) // 4)
    hidden = len(number) - first - last
    return number[:first] + "*" * hidden + number[len(number) - last :]
