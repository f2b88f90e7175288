"""Many heads under one memory budget: who waits, who is ended, and when."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled
from cxrviewer.heads.package.sources import InMemory
from cxrviewer.heads.runtime.budget import MODEL_FACTOR, PROCESS_BYTES, WorkerBudget
from cxrviewer.heads.runtime.runner import Limits, ModelRunner
from tests.builders import heads as build


class Fake:
    """A member without a process; notes when it was ended."""

    def __init__(self, budget: WorkerBudget, name: str, ended: list[str]) -> None:
        self.budget, self.name, self.ended = budget, name, ended
        self.pid = None

    def unload(self) -> bool:
        self.ended.append(self.name)
        self.budget.gone(self)
        return True

    def use(self) -> None:
        with self.budget.working(self):
            self.budget.claim(self, 0, CancelToken())


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budget(clock: Clock) -> Iterator[WorkerBudget]:
    made = WorkerBudget(limit_bytes=2 * PROCESS_BYTES, idle_seconds=300, clock=clock)
    yield made
    made.close()


def three(budget: WorkerBudget) -> tuple[Fake, Fake, Fake, list[str]]:
    ended: list[str] = []
    a, b, c = (Fake(budget, name, ended) for name in "abc")
    return a, b, c, ended


def test_a_process_that_cannot_be_ended_stops_no_other_head(
    budget: WorkerBudget, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, c, ended = three(budget)
    a.use()
    b.use()

    def stuck() -> bool:
        raise OSError("no such process")

    monkeypatch.setattr(a, "unload", stuck)
    monkeypatch.setattr(budget, "_on_change", stuck)  # the window is gone, for one
    c.use()  # gets in all the same, and does not wait for ever
    clock.now = 300
    budget.end_idle()
    assert ended[-1] == "c" and budget.used_bytes == 0


def test_the_least_recently_used_idle_process_makes_room(budget: WorkerBudget, clock: Clock) -> None:
    a, b, c, ended = three(budget)
    for member, when in ((a, 1), (b, 2), (a, 3)):
        clock.now = when
        if member not in budget._bytes:
            member.use()
        else:
            with budget.working(member):
                pass
    c.use()
    assert ended == ["b"]
    assert budget.used_bytes == 2 * PROCESS_BYTES


def test_a_model_file_counts_four_times(budget: WorkerBudget) -> None:
    a, _, _, _ = three(budget)
    budget.claim(a, 1000, CancelToken())
    # By hand from the rule in the module's words.
    assert budget.used_bytes == 96 * 2**20 + 4 * 1000
    assert MODEL_FACTOR == 4


def test_a_head_larger_than_the_budget_runs_alone(budget: WorkerBudget) -> None:
    a, b, c, ended = three(budget)
    a.use()
    b.use()
    budget.claim(c, 2**30, CancelToken())
    assert sorted(ended) == ["a", "b"]


def test_while_all_others_work_a_head_waits_for_its_turn(budget: WorkerBudget) -> None:
    a, b, c, ended = three(budget)
    inside, go = threading.Event(), threading.Event()

    def work() -> None:
        with budget.working(a), budget.working(b):
            budget.claim(a, 0, CancelToken())
            budget.claim(b, 0, CancelToken())
            inside.set()
            assert go.wait(10)

    worker = threading.Thread(target=work)
    worker.start()
    assert inside.wait(10)
    entered = threading.Event()
    waiting = threading.Thread(target=lambda: (c.use(), entered.set()))
    waiting.start()
    assert not entered.wait(0.1)
    assert ended == []
    go.set()
    assert entered.wait(10)
    assert len(ended) == 1
    worker.join()
    waiting.join()


def test_waiting_for_a_turn_can_be_cancelled(budget: WorkerBudget) -> None:
    a, b, c, _ = three(budget)
    token, failed = CancelToken(), threading.Event()
    with budget.working(a), budget.working(b):
        budget.claim(a, 0, CancelToken())
        budget.claim(b, 0, CancelToken())

        def wait() -> None:
            with pytest.raises(JobCancelled):
                budget.claim(c, 0, token)
            failed.set()

        waiting = threading.Thread(target=wait)
        waiting.start()
        token.cancel()
        assert failed.wait(10)
        waiting.join()


class Beginning(Fake):
    """Begins to work in the very moment it is asked to end, as a runner whose image has just come."""

    requested = 0

    def unload(self) -> bool:
        self.requested += 1
        if self.requested == 1:
            self.work = self.budget.working(self)
            self.work.__enter__()
            return False
        return super().unload()


def test_a_head_that_began_to_work_meanwhile_is_waited_for(budget: WorkerBudget) -> None:
    ended: list[str] = []
    a, b = Beginning(budget, "a", ended), Fake(budget, "b", ended)
    budget.claim(a, 0, CancelToken())
    entered = threading.Event()
    waiting = threading.Thread(target=lambda: (budget.claim(b, 2**30, CancelToken()), entered.set()))
    waiting.start()
    assert not entered.wait(0.2)
    assert a.requested == 1
    a.work.__exit__(None, None, None)
    assert entered.wait(10)
    assert (a.requested, ended) == (2, ["a"])
    waiting.join()


class LateToken(CancelToken):
    """Cancelled just after somebody looked."""

    def raise_if_cancelled(self) -> None:
        super().raise_if_cancelled()
        self.cancel()


def test_a_cancel_between_looking_and_waiting_is_not_missed(budget: WorkerBudget) -> None:
    a, b, _, _ = three(budget)
    failed = threading.Event()

    def wait() -> None:
        with pytest.raises(JobCancelled):
            budget.claim(b, 2**30, LateToken())
        failed.set()

    with budget.working(a):
        budget.claim(a, 0, CancelToken())
        waiting = threading.Thread(target=wait)
        waiting.daemon = True
        waiting.start()
        assert failed.wait(10)
        waiting.join()


def test_a_head_requested_by_two_works_until_the_second_has_its_answer(budget: WorkerBudget, clock: Clock) -> None:
    a, _, _, ended = three(budget)
    with budget.working(a):
        budget.claim(a, 0, CancelToken())
        with budget.working(a):
            pass
        clock.now = 10_000
        budget.end_idle()
        assert ended == []


def test_what_nobody_used_for_the_stated_time_is_ended_and_nothing_else(clock: Clock) -> None:
    told: list[None] = []
    budget = WorkerBudget(limit_bytes=2**40, idle_seconds=300, clock=clock, on_change=lambda: told.append(None))
    a, b, c, ended = three(budget)
    a.use()
    clock.now = 200
    b.use()
    clock.now = 301
    with budget.working(c):
        budget.claim(c, 0, CancelToken())
        budget.end_idle()
        assert ended == ["a"] and len(told) == 1
        clock.now = 10_000
        budget.end_idle()
        assert ended == ["a", "b"]  # c works
    budget.close()


def test_one_timer_sleeps_however_many_images_are_read_and_none_after_closing(budget: WorkerBudget) -> None:
    a, b, _, _ = three(budget)
    for _ in range(5):
        a.use()
        b.use()
    idle = [t for t in threading.enumerate() if t.name == "cxr-idle"]
    assert len(idle) == 1
    budget.close()
    assert not [t for t in threading.enumerate() if t.name == "cxr-idle"]
    a.use()
    assert not [t for t in threading.enumerate() if t.name == "cxr-idle"]


def test_real_processes_take_turns_and_answer_as_before() -> None:
    budget = WorkerBudget(limit_bytes=PROCESS_BYTES)  # room for one
    first, second = (ModelRunner(InMemory(build.good_model()), Limits(threads=1), budget) for _ in range(2))
    given = {"image": np.full((1, 1, 32, 32), 0.25, np.float32)}
    try:
        first.run(given, ("logits",))
        old = first.pid
        assert old is not None
        second.run(given, ("logits",))
        assert first.pid is None and not psutil.pid_exists(old)
        assert first.run(given, ("logits",)).tensors["logits"] == pytest.approx(np.array([[0.25, 0.75]]))
        assert second.pid is None
    finally:
        first.close()
        second.close()
        budget.close()


def test_a_process_is_counted_as_what_it_really_holds_once_it_has_run(tmp_path: Path) -> None:
    budget = WorkerBudget()
    runner = ModelRunner(InMemory(build.good_model()), Limits(threads=1), budget)
    try:
        runner.run({"image": build.gradient()}, ("logits",))
        assert runner.pid is not None
        # The independent source: psutil.
        assert budget.used_bytes == pytest.approx(psutil.Process(runner.pid).memory_info().rss, rel=0.05)
        assert runner.unload()
        assert budget.used_bytes == 0
    finally:
        runner.close()
        budget.close()
