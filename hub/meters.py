"""What the hub counts: figures for Prometheus, and refusals for the operator's page. No personal data."""

from __future__ import annotations

import threading
from collections import Counter as Counts
from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from hub.database import Database, insert_new
from hub.tables import bundle, mail, refusal, upload


class Meters:
    """The figures of this process, and at each scrape those of the database."""

    def __init__(self, database: Database) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "liandong_hub_requests_total", "Requests", ["route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "liandong_hub_seconds", "Seconds until the answer", ["route"], registry=self._registry
        )
        self._bytes = Counter(
            "liandong_hub_bytes_total", "Bytes of bundles", ["way"], registry=self._registry
        )
        self._refusals = Counter(
            "liandong_hub_refusals_total", "Refused requests", ["code"], registry=self._registry
        )
        self._registry.register(_Held(database))
        self._database = database
        self._lock = threading.Lock()
        self._unwritten: Counts[tuple[str, str]] = Counts()

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Counts a request."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def moved(self, way: str, count: int) -> None:
        """Counts bytes ``in`` or ``out``."""
        self._bytes.labels(way).inc(count)

    def refused(self, code: str) -> None:
        """Counts a refusal; it reaches the database with the next :meth:`write`."""
        self._refusals.labels(code).inc()
        with self._lock:
            self._unwritten[f"{datetime.now(UTC):%Y-%m-%d}", code] += 1

    def write(self) -> None:
        """Adds what was refused since the last time to the counts of the day, for all processes together."""
        with self._lock:
            counts, self._unwritten = self._unwritten, Counts()
        if not counts:
            return
        try:
            with self._database.writing(durable=False) as conn:
                for (day, code), count in sorted(counts.items()):
                    insert_new(conn, refusal, day=day, code=code, count=0)
                    here = (refusal.c.day == day) & (refusal.c.code == code)
                    conn.execute(refusal.update().where(here).values(count=refusal.c.count + count))
        except Exception:
            with self._lock:
                self._unwritten += counts
            raise

    def text(self) -> bytes:
        """All figures in the text form of Prometheus."""
        return generate_latest(self._registry)


class _Held(Collector):
    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> Iterator[GaugeMetricFamily]:
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._database.reading() as conn:
            here = bundle.c.blob.is_not(None)
            count, size = conn.execute(
                select(func.count(), func.coalesce(func.sum(bundle.c.size), 0)).where(here)
            ).one()
            joined = mail.join(bundle, (bundle.c.name == mail.c.name) & here)
            waiting = conn.execute(
                select(func.count()).select_from(joined).where(mail.c.done_at.is_(None))
            ).scalar_one()
            uploads = conn.execute(select(func.count()).select_from(upload)).scalar_one()
        for name, words, value in (
            ("bundles", "Bundles held", count),
            ("held_bytes", "Bytes of bundles held", size),
            ("waiting", "Bundles that wait for a device", waiting),
            ("uploads", "Bundles on their way in", uploads),
        ):
            yield GaugeMetricFamily(f"liandong_hub_{name}", words, value=float(value))
