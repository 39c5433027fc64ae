"""When the hub is talked to, on clocks of the test: nothing here waits."""

from __future__ import annotations

import itertools

import pytest

from desktop.errors import UserError
from desktop.sync.hub_faults import HubError, Kind, away, foreign
from desktop.sync.hub_schedule import FIRST_S, LONGEST_S, LONGEST_SETTLE_S, QUIET_S, SETTLE_S, Schedule


class Clocks:
    """Two clocks and a die."""

    def __init__(self) -> None:
        self.now, self.awake, self.chance = 1000.0, 0.0, 1.0
        self.schedule = Schedule(lambda: self.now, lambda: self.awake, lambda: self.chance)

    def pass_(self, seconds: float) -> None:
        """Time goes by, the PC is awake."""
        self.now += seconds
        self.awake += seconds

    def wait(self) -> float:
        """How long until the next round."""
        found = self.schedule.wait_s()
        assert found is not None
        return found


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


def test_the_first_round_is_at_once_and_the_next_in_a_minute(clocks: Clocks) -> None:
    assert clocks.wait() == 0
    clocks.schedule.began()
    clocks.schedule.succeeded()
    assert QUIET_S * 0.75 <= clocks.wait() <= QUIET_S * 1.25


def test_waiting_grows_with_full_jitter_up_to_half_an_hour(clocks: Clocks) -> None:
    most = []
    for _ in range(12):
        clocks.schedule.failed(away())
        most.append(clocks.wait())
    assert most[0] == FIRST_S
    assert most[-1] == LONGEST_S
    assert all(later in (earlier * 2, LONGEST_S) for earlier, later in itertools.pairwise(most))
    clocks.chance = 0.25
    clocks.schedule.failed(away())
    assert clocks.wait() == LONGEST_S / 4
    clocks.chance = 0
    clocks.schedule.failed(away())
    assert 0 < clocks.wait() < 10


def test_a_success_forgets_the_outage(clocks: Clocks) -> None:
    for _ in range(8):
        clocks.schedule.failed(away())
    clocks.schedule.succeeded()
    clocks.schedule.failed(away())
    assert clocks.wait() == FIRST_S


def test_it_waits_at_least_as_long_as_it_was_told(clocks: Clocks) -> None:
    clocks.schedule.failed(HubError(Kind.BUSY, "autosync.busy", retry_after=300.0))
    assert clocks.wait() == 300


def test_what_is_not_our_hub_is_tried_seldom(clocks: Clocks) -> None:
    clocks.chance = 0
    clocks.schedule.failed(foreign())
    assert clocks.schedule.phase == "foreign"
    assert clocks.wait() == LONGEST_S / 2


def test_a_refusal_stops_until_somebody_says_otherwise(clocks: Clocks) -> None:
    clocks.schedule.failed(HubError(Kind.REFUSED, "autosync.cut"))
    assert clocks.schedule.wait_s() is None
    clocks.schedule.wrote()
    clocks.now += 1_000_000
    assert clocks.schedule.wait_s() is None
    clocks.schedule.now()
    assert clocks.wait() == 0


def test_a_refusal_that_may_end_by_itself_is_tried_when_it_says(clocks: Clocks) -> None:
    clocks.schedule.failed(HubError(Kind.REFUSED, "autosync.vouched", retry_after=900.0))
    assert clocks.schedule.phase == "refused"
    assert clocks.wait() == 900


def test_a_fault_of_this_pc_is_tried_seldom(clocks: Clocks) -> None:
    clocks.schedule.failed(UserError("environment.disk_full"))
    assert clocks.schedule.phase == "fault"
    assert clocks.wait() == LONGEST_S


def test_a_write_is_sent_when_it_has_settled(clocks: Clocks) -> None:
    clocks.schedule.succeeded()
    clocks.schedule.wrote()
    assert clocks.wait() == SETTLE_S
    clocks.pass_(2)
    clocks.schedule.wrote()
    assert clocks.wait() == SETTLE_S


def test_somebody_who_writes_all_the_time_is_not_waited_for_for_ever(clocks: Clocks) -> None:
    clocks.schedule.succeeded()
    for _ in range(19):
        clocks.schedule.wrote()
        clocks.pass_(1)
    clocks.schedule.wrote()
    assert clocks.wait() <= LONGEST_SETTLE_S - 19


def test_what_is_written_during_a_round_has_its_own(clocks: Clocks) -> None:
    clocks.schedule.began()
    clocks.schedule.wrote()
    clocks.schedule.succeeded()
    assert clocks.wait() == SETTLE_S
    clocks.schedule.began()
    clocks.schedule.succeeded()
    assert clocks.wait() > SETTLE_S


def test_writing_does_not_hasten_it_while_the_hub_is_away(clocks: Clocks) -> None:
    for _ in range(5):
        clocks.schedule.failed(away())
    clocks.schedule.wrote()
    assert clocks.wait() > SETTLE_S


def test_after_sleep_it_is_tried_soon(clocks: Clocks) -> None:
    for _ in range(8):
        clocks.schedule.failed(away())
    clocks.pass_(10)
    assert clocks.wait() > 1000
    clocks.now += 3600 * 8 + 0.5
    clocks.awake += 0.5
    assert clocks.wait() <= 5


def test_a_pc_that_sleeps_does_not_forget_a_refusal(clocks: Clocks) -> None:
    clocks.schedule.failed(HubError(Kind.REFUSED, "autosync.cut"))
    clocks.now += 3600
    assert clocks.schedule.wait_s() is None
