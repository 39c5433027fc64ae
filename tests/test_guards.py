"""The guards fail what they should and nothing else: a small suite of noisy and quiet tests is run."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

SPOIL = """
def spoil(desk, statement):
    'Writes as a broken projection would.'
    with desk.casefile.engine.begin() as conn:
        conn.info["projecting"] = True
        conn.exec_driver_sql(statement)
        conn.info["projecting"] = False
"""

NOISY = """
import logging, threading, warnings
import pytest
from PySide6.QtCore import QThread, QTimer, qWarning
from desktop.casework.desk import Desk
from tests.casefile.sample import create
from tests.casework.test_printing import act, county_desk

kept = []


def test_log_record():
    logging.getLogger("somewhere").warning("a record nobody expected")


@pytest.mark.expects_log("nobody came")
def test_log_record_that_does_not_come():
    logging.getLogger("somewhere").info("only this")


def test_python_warning():
    warnings.warn("deprecated", stacklevel=1)


def test_qt_warning():
    qWarning("from Qt")


def test_thread():
    never = threading.Event()
    kept.append(never)
    threading.Thread(target=never.wait, name="leaked", daemon=True).start()


def test_threading_timer():
    timer = threading.Timer(1000, print)
    timer.daemon = True
    timer.start()


def test_qt_timer(qapp):
    timer = QTimer()
    timer.start(60_000)
    kept.append(timer)


def test_single_shot(qapp):
    QTimer.singleShot(60_000, qapp, print)


def test_qt_thread(qapp):
    class Forever(QThread):
        def run(self):
            self.exec()

    thread = Forever()
    thread.start()
    kept.append(thread)


def test_case_file_left_open(tmp_path):
    made, _ = create(tmp_path)
    kept.append(made)


def test_row_changed_past_the_log(tmp_path):
    with county_desk(tmp_path) as desk:
        act(desk, "officer.add", name="x")
        spoil(desk, "UPDATE officer SET name = 'y' WHERE name = 'x'")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with county_desk(tmp_path_factory.mktemp("module")) as made:
        yield made


def test_nothing_here():
    for thing in kept:
        if isinstance(thing, QThread):
            thread = thing
            thread.quit()
            thread.wait()
        for name in ("set", "stop", "close"):
            getattr(thing, name, lambda: None)()


def test_row_changed_past_the_log_on_the_desk_of_a_module(desk):
    spoil(desk, "UPDATE officer SET credential = '1'")
"""

QUIET = """
import logging, threading
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from tests.casefile.sample import create
from tests.casework.test_printing import act, county_desk


@pytest.mark.expects_log("disk is full", "again")
def test_expected_log_records():
    for text in ("the disk is full", "once again"):
        logging.getLogger("somewhere").error(text)


def test_information():
    logging.getLogger("somewhere").info("nothing to worry about")


def test_thread_that_ends_by_itself():
    threading.Thread(target=threading.Event().wait, args=(0.2,)).start()


def test_timer_that_was_stopped_and_shot_that_was_fired(qtbot):
    timer = QTimer()
    timer.start(60_000)
    timer.stop()
    fired = []
    QTimer.singleShot(0, lambda: fired.append(1))
    qtbot.waitUntil(lambda: fired == [1])


def test_widget_that_was_closed_with_its_timer(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    QTimer(widget).start(60_000)


def test_case_file_that_was_closed(tmp_path):
    create(tmp_path)[0].close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with county_desk(tmp_path_factory.mktemp("module")) as made:
        yield made


@pytest.mark.parametrize("name", ["one", "two"])
def test_desk_that_stays_open_for_the_module(desk, name):
    act(desk, "officer.add", name=name)


@pytest.mark.tampers
def test_file_spoilt_on_purpose(tmp_path):
    with county_desk(tmp_path) as desk:
        spoil(desk, "UPDATE officer SET name = 'y'")
"""


def _run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, text: str) -> pytest.RunResult:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    settings = ["qt_log_level_fail = WARNING", "filterwarnings = error", "addopts = --strict-markers"]
    pytester.makeini("\n".join(["[pytest]", *settings]))
    path = pytester.makepyfile(text + SPOIL)
    return pytester.runpytest_subprocess("-p", "tests.guards", "-p", "no:cacheprovider", "-rfE", path)


def test_noise_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    result = _run(pytester, monkeypatch, NOISY)
    tests = [line.split("(")[0].removeprefix("def ") for line in NOISY.splitlines() if "def test_" in line]
    blamed = {line.split("::")[1].split(" ")[0] for line in result.outlines if line[:5] in ("FAILE", "ERROR")}
    assert blamed == set(tests) - {"test_nothing_here"}
    for words in (
        "*unexpected log record: WARNING somewhere: a record nobody expected",
        "*expected log record did not come: nobody came",
        "*still there: thread leaked",
        "*still there: timer QTimer",
        "*still there: thread Forever",
        "*still there: case file *, open",
        "*does not equal a rebuild from its log: *",
    ):
        result.stdout.fnmatch_lines([words])


def test_quiet_tests_pass(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    result = _run(pytester, monkeypatch, QUIET)
    result.assert_outcomes(passed=9)
