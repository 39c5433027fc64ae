"""The load test, small: devices at once, the hub killed and PostgreSQL restarted in the middle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hub.load import Load


def test_nothing_is_lost_and_nothing_doubled_under_load(
    request: pytest.FixtureRequest, database: str, tmp_path: Path
) -> None:
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    figures = Load(tmp_path, 8, 32, server).run()
    assert figures.good, figures.text()
    assert figures.deliveries >= 32
    assert figures.kills == 2
