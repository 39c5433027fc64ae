"""Work without Python's search for cycles: a slice makes a hundred thousand objects and no cycle among them.

The search looks at all of them again and again, for a tenth of the time. It goes on between the slices, where
others have their turn.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unswept() -> Iterator[None]:
    """No search while this lasts, in any thread; only for what ends within a second."""
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()
