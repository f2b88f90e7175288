from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.jobs import Lane
from cxrviewer.presenters.offline_folders import MOST_AT_ONCE
from cxrviewer.qt import job_runner
from cxrviewer.qt.job_runner import QtJobRunner


@pytest.fixture
def jobs(qtbot) -> Iterator[QtJobRunner]:  # type: ignore[no-untyped-def]
    runner = QtJobRunner()
    yield runner
    runner.shutdown()


def never(result: object) -> None:
    raise AssertionError(result)


def test_work_runs_off_and_reports_on_the_gui_thread(jobs, qtbot) -> None:  # type: ignore[no-untyped-def]
    seen: list[str] = []
    jobs.submit(
        Lane.INFER,
        "a",
        lambda _: seen.append(threading.current_thread().name),
        on_done=lambda _: seen.append(threading.current_thread().name),
        on_failed=never,
    )
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen[0].startswith("cxr-infer")
    assert seen[1] == "MainThread"


def test_only_the_newest_job_of_a_slot_reports(jobs, qtbot) -> None:  # type: ignore[no-untyped-def]
    entered, release = threading.Event(), threading.Event()
    ran: list[int] = []
    done: list[int] = []

    def work(n: int, token: CancelToken) -> int:
        ran.append(n)
        if n == 0:
            entered.set()
            release.wait(5)
        return n

    for n in range(4):
        jobs.submit(Lane.INFER, "a", lambda t, n=n: work(n, t), on_done=done.append, on_failed=never)
        if n == 0:
            assert entered.wait(5)
    release.set()
    qtbot.waitUntil(lambda: bool(done))
    qtbot.wait(50)
    assert done == [3]
    assert ran == [0, 3]


def test_failure_is_delivered(jobs, qtbot) -> None:  # type: ignore[no-untyped-def]
    errors: list[Exception] = []

    def fail(_: CancelToken) -> None:
        raise KeyError("x")

    jobs.submit(Lane.DECODE, "a", fail, on_done=never, on_failed=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], KeyError)


def test_a_cancelled_slot_reports_nothing_and_can_be_used_again(jobs, qtbot) -> None:  # type: ignore[no-untyped-def]
    entered, release = threading.Event(), threading.Event()
    done: list[int] = []

    def work(_: CancelToken) -> int:
        entered.set()
        release.wait(5)
        return 1

    jobs.submit(Lane.INFER, "a", work, on_done=done.append, on_failed=never)
    assert entered.wait(5)
    jobs.cancel("a")
    jobs.submit(Lane.INFER, "a", lambda _: 2, on_done=done.append, on_failed=never)
    release.set()
    qtbot.waitUntil(lambda: bool(done))
    assert done == [2]


def test_work_requested_for_after_shutdown_is_not_run(qtbot) -> None:  # type: ignore[no-untyped-def]
    runner = QtJobRunner()
    runner.shutdown()
    ran: list[int] = []

    def work(_: CancelToken) -> int:
        ran.append(1)
        return 1

    runner.submit(Lane.INFER, "a", work, on_done=never, on_failed=never)
    assert ran == []


def test_shutdown_cancels_waits_and_silences(qtbot) -> None:  # type: ignore[no-untyped-def]
    runner = QtJobRunner()
    done: list[object] = []
    started = threading.Event()

    def work(token: CancelToken) -> None:
        started.set()
        stopped = threading.Event()
        token.on_cancel(stopped.set)
        assert stopped.wait(5)

    runner.submit(Lane.INFER, "a", work, on_done=done.append, on_failed=done.append)
    assert started.wait(5)
    runner.shutdown()
    qtbot.wait(50)
    assert done == []


def test_shutdown_gives_up_on_work_that_hangs_even_if_it_was_replaced(qtbot) -> None:  # type: ignore[no-untyped-def]
    runner = QtJobRunner()
    done: list[object] = []
    started, freed = threading.Event(), threading.Event()

    def hangs(token: CancelToken) -> None:
        started.set()
        assert freed.wait(10)  # deaf to its token, as a read from a drive that is gone

    runner.submit(Lane.DECODE, "a", hangs, on_done=done.append, on_failed=done.append)
    assert started.wait(5)
    runner.cancel("a")
    assert runner.shutdown(patience=0.01) is False
    freed.set()
    assert runner.shutdown(patience=10) is True
    qtbot.wait(50)
    assert done == []


def test_folders_of_the_library_that_do_not_answer_leave_threads_for_what_is_opened() -> None:
    assert job_runner.THREADS[Lane.PLACES] >= 2 * MOST_AT_ONCE


def test_a_drive_that_does_not_answer_does_not_hold_up_the_end(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_runner, "PLACES_PATIENCE", 0.01)
    runner, started, freed = QtJobRunner(), threading.Event(), threading.Event()
    ended: list[bool] = []

    def hangs(token: CancelToken) -> None:
        started.set()
        ended.append(freed.wait(60))

    runner.submit(Lane.PLACES, "a", hangs, on_done=never, on_failed=never)
    assert started.wait(60)
    assert runner.shutdown(patience=60) is False and ended == []
    freed.set()
    assert runner.shutdown(patience=60) is True


def test_what_any_thread_posts_is_called_on_the_gui_thread_in_its_order_until_the_end(jobs, qtbot) -> None:  # type: ignore[no-untyped-def]
    called: list[tuple[int, str]] = []

    def post(*numbers: int) -> None:
        for number in numbers:
            jobs.post(lambda number=number: called.append((number, threading.current_thread().name)))

    post(1)
    assert called == []  # not from inside the call
    other = threading.Thread(target=post, args=(2, 3))
    other.start()
    other.join()
    qtbot.waitUntil(lambda: len(called) == 3)
    assert called == [(1, "MainThread"), (2, "MainThread"), (3, "MainThread")]
    post(4)
    jobs.shutdown()
    qtbot.wait(50)
    assert len(called) == 3


def test_it_is_idle_once_the_last_job_has_reported_or_was_cancelled(jobs, qtbot) -> None:  # type: ignore[no-untyped-def]
    seen: list[str] = []
    release = threading.Event()
    jobs.idle.connect(lambda: seen.append("idle"))

    def work(token: CancelToken) -> str:
        token.on_cancel(release.set)
        assert release.wait(5)
        return "first"

    def first(value: str) -> None:
        seen.append(value)
        jobs.submit(Lane.INDEX, "next", lambda _: "second", on_done=seen.append, on_failed=never)

    jobs.submit(Lane.INDEX, "a", work, on_done=first, on_failed=never)
    release.set()
    qtbot.waitUntil(lambda: "idle" in seen)
    assert seen == ["first", "second", "idle"]  # one asked for by the other: not idle between them
    release.clear()
    with qtbot.waitSignal(jobs.idle):
        jobs.submit(Lane.INDEX, "a", work, on_done=never, on_failed=never)
        jobs.cancel("a")
