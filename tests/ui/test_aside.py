"""Work without a case file runs off the window's thread, and what comes too late is put away."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from desktop.errors import UserError
from desktop.ui.aside import Aside
from desktop.ui.doorway import Failure, Progress


def test_a_result_comes_back_on_the_window_s_thread(qtbot: QtBot, aside: Aside) -> None:
    seen: list[tuple[int, int]] = []
    aside.run(
        aside,
        lambda _: threading.get_ident(),
        lambda there: seen.append((there, threading.get_ident())),
        lambda _: None,
    )
    qtbot.waitUntil(lambda: bool(seen))
    ((there, here),) = seen
    assert here == threading.get_ident() != there


def test_a_refusal_comes_back_as_one_sentence(qtbot: QtBot, aside: Aside) -> None:
    failures: list[Failure] = []

    def refuse(_: Progress) -> None:
        raise UserError("casefile.not_found")

    aside.run(aside, refuse, lambda _: None, failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert failures[0].code == "casefile.not_found"


@pytest.mark.parametrize("how", ["gone", "cancelled", "closed"])
def test_a_result_that_nobody_waits_for_is_dropped(qtbot: QtBot, aside: Aside, how: str) -> None:
    owner, go = QObject(), threading.Event()
    done, failures, dropped = list[str](), list[Failure](), list[str]()
    progress = aside.run(
        owner, lambda _: "open" if go.wait(5) else "", done.append, failures.append, drop=dropped.append
    )
    if how == "gone":
        delete(owner)
    elif how == "cancelled":
        progress.cancel()
    go.set()
    if how == "closed":
        aside.close()
    qtbot.waitUntil(lambda: dropped == ["open"])
    assert done == []
    assert [failure.code for failure in failures] == ([] if how == "gone" else ["cancelled"])
