"""Operations run off the window's thread, in order, and come back to owners that are still there."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk
from desktop.errors import UserError
from desktop.ui.doorway import Doorway, Failure, Progress, _Job, _Thread

LEAD = {"source": "网格员摸排", "received_at": "2020-06-07T06:30+08:00", "summary": "有人集中听课"}


def _open_lead(desk: Desk) -> str:
    (outcome,) = desk.do([("lead.open", parse_act("lead.open", LEAD))])
    return str(outcome.ids["lead"])


def test_a_result_comes_back_on_the_window_s_thread(qtbot: QtBot, doorway: Doorway) -> None:
    seen: list[tuple[int, int]] = []
    doorway.write(
        doorway, lambda _: threading.get_ident(), lambda there: seen.append((there, threading.get_ident()))
    )
    qtbot.waitUntil(lambda: bool(seen))
    ((there, here),) = seen
    assert here == threading.get_ident()
    assert there != here


def test_what_an_act_changed_is_told(qtbot: QtBot, doorway: Doorway) -> None:
    with qtbot.waitSignal(doorway.changed) as told:
        doorway.write(doorway, _open_lead)
    (changes,) = told.args or []
    assert list(changes) == ["lead"]


def test_writes_run_in_the_order_they_were_asked_for(qtbot: QtBot, doorway: Doorway) -> None:
    order: list[int] = []
    for number in range(20):
        doorway.write(doorway, lambda _, number=number: number, order.append)
    qtbot.waitUntil(lambda: len(order) == 20)
    assert order == list(range(20))


def test_a_refusal_reaches_its_screen_as_one_sentence(qtbot: QtBot, doorway: Doorway) -> None:
    failures: list[Failure] = []

    def refuse(_: Desk) -> None:
        raise UserError("acts.nothing_to_change")

    doorway.write(doorway, refuse, failed=failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert failures[0].code == "acts.nothing_to_change"
    assert failures[0].sentence == UserError("acts.nothing_to_change").sentence()


def test_a_bug_is_told_without_the_values_and_saved(qtbot: QtBot, doorway: Doorway) -> None:
    def broken(_: Desk) -> None:
        raise ZeroDivisionError("梁某某 450923199001010019")

    with qtbot.waitSignal(doorway.failed) as told:
        doorway.write(doorway, broken)
    (failure,) = told.args or []
    report = Path(failure.report).read_text("utf-8")
    assert failure.code == "window.bug"
    assert "ZeroDivisionError" in report
    assert "450923" not in report + failure.sentence


def test_an_owner_that_is_gone_is_left_in_peace(qtbot: QtBot, doorway: Doorway) -> None:
    owner, seen = QObject(), list[str]()
    go = threading.Event()
    doorway.write(owner, lambda _: go.wait(5), lambda _: seen.append("gone"))
    doorway.write(doorway, lambda _: None, lambda _: seen.append("after"))
    from shiboken6 import delete

    delete(owner)
    go.set()
    qtbot.waitUntil(lambda: "after" in seen)
    assert seen == ["after"]


def test_of_reads_with_one_name_only_the_newest_is_run(qtbot: QtBot, doorway: Doorway) -> None:
    go, ran, seen = threading.Event(), list[int](), list[int]()
    doorway.read(doorway, lambda _: go.wait(5), lambda _: None)
    for number in range(5):
        doorway.read(
            doorway, lambda _, number=number: ran.append(number) or number, seen.append, key="search"
        )
    go.set()
    qtbot.waitUntil(lambda: bool(seen))
    assert (ran, seen) == ([4], [4])


def test_a_save_has_its_turn_inside_a_long_operation(qtbot: QtBot, doorway: Doorway) -> None:
    order: list[str] = []
    started, go = threading.Event(), threading.Event()

    def long(_: Desk, progress: Progress) -> None:
        started.set()
        go.wait(5)
        progress.report(0.5, "half")
        order.append("long")

    doorway.long_write(doorway, long, lambda _: order.append("ended"))
    started.wait(5)
    doorway.write(doorway, _open_lead, lambda _: None)
    doorway.write(doorway, lambda _: order.append("save"))
    go.set()
    qtbot.waitUntil(lambda: "ended" in order)
    assert order == ["save", "long", "ended"]


def test_a_long_operation_stops_when_asked(qtbot: QtBot, doorway: Doorway) -> None:
    failures: list[Failure] = []
    started = threading.Event()

    def long(_: Desk, progress: Progress) -> None:
        started.set()
        while True:
            progress.report(-1)

    progress = doorway.long_write(doorway, long, failed=failures.append)
    started.wait(5)
    progress.cancel()
    qtbot.waitUntil(lambda: bool(failures))
    assert failures[0].code == "cancelled"


def test_progress_is_told_to_whoever_listens(qtbot: QtBot, doorway: Doorway) -> None:
    go = threading.Event()

    def long(_: Desk, progress: Progress) -> None:
        go.wait(5)
        progress.report(0.25, "读取")

    progress = doorway.long_write(doorway, long)
    with qtbot.waitSignal(progress.moved) as told:
        go.set()
    assert told.args == [0.25, "读取"]


def test_pages_are_drawn_while_something_reads_and_writes(qtbot: QtBot, doorway: Doorway) -> None:
    go, seen = threading.Event(), list[str]()
    doorway.write(doorway, lambda _: go.wait(5))
    doorway.read(doorway, lambda _: go.wait(5), lambda _: None)
    doorway.press(doorway, lambda: "page", seen.append)
    qtbot.waitUntil(lambda: seen == ["page"])
    go.set()


def test_a_page_to_look_at_is_drawn_between_the_pages_of_a_long_print(qtbot: QtBot, doorway: Doorway) -> None:
    order: list[str] = []
    started, go = threading.Event(), threading.Event()

    def printing(progress: Progress) -> None:
        started.set()
        go.wait(5)
        progress.report(0.5)

    doorway.long_press(doorway, printing, lambda _: order.append("printed"))
    started.wait(5)
    doorway.press(doorway, lambda: "seen", order.append)
    go.set()
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == ["seen", "printed"]


class _Held:
    """Stands for a widget: remembers which thread let go of it last."""

    def __init__(self, seen: list[int]) -> None:
        self._seen = seen

    def __del__(self) -> None:
        self._seen.append(threading.get_ident())


@pytest.mark.parametrize("superseded", [False, True])
def test_what_a_job_holds_is_never_let_go_on_another_thread(
    qtbot: QtBot, doorway: Doorway, monkeypatch: pytest.MonkeyPatch, superseded: bool
) -> None:
    """The thread is held back until the window is done with the job: then it would be the last to hold it."""
    dropped: list[int] = []
    over, perform = threading.Event(), _Thread._perform

    def slowly(self: _Thread, job: _Job) -> None:
        perform(self, job)
        over.wait(10)

    def ask() -> None:
        held = _Held(dropped)
        doorway.read(doorway, lambda _: held, lambda _, held=held: None, key="same" if superseded else None)

    monkeypatch.setattr(_Thread, "_perform", slowly)
    if superseded:
        doorway.read(doorway, lambda _: None, lambda _: None)
    ask()
    if superseded:
        doorway.read(doorway, lambda _: None, lambda _: None, key="same")
        over.set()
    qtbot.waitUntil(lambda: bool(dropped) or (over.is_set() and doorway.idle))
    over.set()
    qtbot.waitUntil(lambda: doorway.idle and bool(dropped))
    assert dropped == [threading.get_ident()]


@pytest.mark.parametrize("way", ["long_write", "long_press"])
def test_who_closes_does_not_wait_for_what_is_long(doorway: Doorway, way: str) -> None:
    begun, steps = threading.Event(), []

    def work(*given: object) -> None:
        progress = given[-1]
        assert isinstance(progress, Progress)
        for step in range(1_000):
            begun.set()
            progress.wait(0)
            steps.append(step)
            threading.Event().wait(0.02)

    getattr(doorway, way)(doorway, work)
    assert begun.wait(5)
    doorway.close()
    assert len(steps) < 200
