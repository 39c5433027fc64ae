"""How often somebody may ask: buckets that fill by the minute, for addresses and devices.

They protect one process and are kept by it alone; after a restart everybody starts with a full bucket.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from hub.faults import Refusal

MAX_BUCKETS = 20_000


class Rates:
    """Buckets of ``per_minute`` requests each; ``who`` is an address or a device."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = float(per_minute)
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str) -> None:
        """Counts one request. Raises ``Refusal`` (429) with the seconds after which the next one is good."""
        now = self._clock()
        with self._lock:
            level, at = self._buckets.pop(who, (self._size, now))
            level = min(self._size, level + (now - at) * self._size / 60)
            self._buckets[who] = (level - 1 if level >= 1 else level, now)
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.popitem(last=False)
        if level < 1:
            wait = max(1, math.ceil((1 - level) * 60 / self._size))
            raise Refusal(429, "hub.too_often", retry_after=wait)
