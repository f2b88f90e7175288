"""Worker processes that die, hang, eat memory or lie: one job fails in a sentence, the next one is answered."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import (
    DecodeError,
    IsolationError,
    JobCancelled,
    SettingsError,
    WorkerDiedError,
    WorkerFaultError,
    WorkerMemoryError,
    WorkerStartError,
    WorkerTimeError,
)
from cxrviewer.isolation.limits import MAX_REQUEST_BYTES, JobLimits, WorkerOptions
from cxrviewer.isolation.pool import WorkerPool
from cxrviewer.isolation.process import WorkerProcess
from tests.unit.isolated_jobs import Answer

JOBS = "tests.unit.isolated_jobs."
OPTIONS = WorkerOptions(name="cxr-test", warm_up=JOBS + "warm_up", memory_bytes=400 * 2**20)
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux enforces this")


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(1, OPTIONS)
    yield made
    assert made.close()


def run(pool: WorkerPool, name: str, *arguments: Any, expected: Any = int, **more: Any) -> Any:
    return pool.run(JOBS + name, arguments, expected, **more)


def test_a_value_with_pixels_comes_back_as_it_was_and_read_only(pool: WorkerPool) -> None:
    value = run(pool, "answer", "Ä^漢字", 7, 300, 200, expected=Answer)
    assert (value.text, value.number, value.share) == ("Ä^漢字", 7, 0.5)
    # By hand: 300 x 200 numbers counted on from 0; the last one is 59,999.
    assert value.pixels.shape == (300, 200)
    assert value.pixels[0, 0] == 0
    assert value.pixels[299, 199] == 59_999
    assert not value.pixels.flags.writeable


def test_pixels_of_an_earlier_answer_do_not_change_with_a_later_one(pool: WorkerPool) -> None:
    first = run(pool, "answer", "", 0, 2, 2, expected=Answer).pixels
    run(pool, "answer", "", 0, 500, 500, expected=Answer)
    assert first.tolist() == [[0, 1], [2, 3]]


def test_one_process_does_one_job_after_the_other(pool: WorkerPool) -> None:
    assert run(pool, "pid") == run(pool, "pid") == pool.pids[0] != os.getpid()


def test_numerical_libraries_start_no_threads_in_a_worker(pool: WorkerPool) -> None:
    assert run(pool, "environment", "OPENBLAS_NUM_THREADS", expected=str) == "1"


def test_an_error_of_the_program_arrives_with_its_class_sentence_and_fields(pool: WorkerPool) -> None:
    with pytest.raises(DecodeError) as caught:
        run(pool, "damaged")
    assert type(caught.value) is DecodeError
    assert str(caught.value) == caught.value.user_message == "The pixel data is damaged."
    assert (caught.value.transfer_syntax, caught.value.missing) == ("RLE", "nothing")


def test_a_sentence_from_a_worker_holds_no_control_characters(pool: WorkerPool) -> None:
    with pytest.raises(SettingsError) as caught:
        run(pool, "settings")
    assert caught.value.user_message == "Settings[31m cannot be read."


def test_an_unexpected_error_names_places_and_no_values(pool: WorkerPool) -> None:
    with pytest.raises(WorkerFaultError) as caught:
        run(pool, "bug")
    assert "KeyError" in caught.value.details
    assert "isolated_jobs" in caught.value.details
    assert "DOE" not in caught.value.details + caught.value.user_message


def test_a_value_that_does_not_travel_is_an_unexpected_error(pool: WorkerPool) -> None:
    with pytest.raises(WorkerFaultError):
        run(pool, "numbers", expected=object)


def test_a_request_that_fits_no_pipe_is_a_mistake_of_the_caller(pool: WorkerPool) -> None:
    with pytest.raises(ValueError, match="a request has at most"):
        run(pool, "answer", "x" * MAX_REQUEST_BYTES)


@linux
def test_more_memory_than_allowed_is_an_error_of_the_job_and_the_worker_lives_on(pool: WorkerPool) -> None:
    before = run(pool, "pid")
    with pytest.raises(WorkerMemoryError):
        run(pool, "eat", 4096)
    assert run(pool, "pid") == before


@linux
def test_memory_that_ran_out_is_named_even_where_a_decoder_took_it_for_damage(pool: WorkerPool) -> None:
    with pytest.raises(WorkerMemoryError):
        run(pool, "eat_and_disguise")


@posix
@pytest.mark.parametrize("name", ["spin", "spin_in_native_code"])
def test_processor_time_is_limited_in_python_and_in_native_code(pool: WorkerPool, name: str) -> None:
    with pytest.raises(WorkerTimeError) as caught:
        run(pool, name, limits=JobLimits(cpu_seconds=0.2))
    assert caught.value.working
    assert run(pool, "pid") > 0


def test_a_job_that_waits_for_ever_ends_at_the_deadline(pool: WorkerPool) -> None:
    with pytest.raises(WorkerTimeError) as caught:
        run(pool, "hang", limits=JobLimits(wall_seconds=0.2))
    assert not caught.value.working
    assert run(pool, "pid") > 0


def test_waiting_costs_no_processor_time_and_so_no_slow_drive_does(pool: WorkerPool) -> None:
    assert run(pool, "short_nap", 0.3, limits=JobLimits(cpu_seconds=0.1)) > 0


@posix
@pytest.mark.parametrize("name", ["crash", "leave"])
def test_a_process_that_dies_fails_its_job_and_the_next_is_answered(pool: WorkerPool, name: str) -> None:
    for _ in range(4):  # however many in a row
        with pytest.raises(WorkerDiedError):
            run(pool, name)
        assert run(pool, "pid") > 0


@posix
def test_a_worker_killed_between_two_jobs_is_replaced_silently(pool: WorkerPool) -> None:
    first = run(pool, "pid")
    os.kill(first, signal.SIGKILL)
    assert run(pool, "pid") not in (first, os.getpid())


@posix
def test_a_job_whose_worker_somebody_killed_is_tried_once_more(pool: WorkerPool, tmp_path: Path) -> None:
    assert run(pool, "end_once", str(tmp_path / "marker"), signal.SIGKILL) == 7


@posix
def test_a_job_that_crashed_a_fresh_worker_is_not_tried_again(pool: WorkerPool, tmp_path: Path) -> None:
    with pytest.raises(WorkerDiedError):
        run(pool, "end_once", str(tmp_path / "marker"), signal.SIGSEGV)


@posix
def test_a_job_pays_for_no_earlier_job_that_broke_the_memory_of_its_worker(pool: WorkerPool, tmp_path: Path) -> None:
    run(pool, "pid")  # stands for the job that left the damage
    assert run(pool, "end_once", str(tmp_path / "marker"), signal.SIGSEGV) == 7


@posix
def test_a_job_whose_worker_is_killed_each_time_fails(pool: WorkerPool) -> None:
    with pytest.raises(WorkerDiedError):
        run(pool, "kill_hard")


def test_a_cancel_returns_soon_and_ends_a_job_that_does_not_end_by_itself(pool: WorkerPool) -> None:
    run(pool, "pid")
    cancel = CancelToken()
    timer = threading.Timer(0.05, cancel.cancel)
    timer.start()
    start = time.monotonic()
    with pytest.raises(JobCancelled):
        run(pool, "hang", cancel=cancel, limits=JobLimits(cancel_seconds=0.05))
    timer.join()
    assert time.monotonic() - start < 10  # not the hour the job would take
    assert run(pool, "pid") > 0


def test_a_cancelled_job_that_ends_by_itself_keeps_its_worker_and_its_answer_is_dropped(pool: WorkerPool) -> None:
    before = run(pool, "pid")
    cancel = CancelToken()
    timer = threading.Timer(0.05, cancel.cancel)
    timer.start()
    with pytest.raises(JobCancelled):
        run(pool, "short_nap", 0.3, cancel=cancel, limits=JobLimits(cancel_seconds=30))
    timer.join()
    assert run(pool, "answer", "next", 1, 1, 1, expected=Answer).text == "next"
    assert run(pool, "pid") == before


def test_a_job_cancelled_before_it_begins_reaches_no_worker(pool: WorkerPool) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(JobCancelled):
        run(pool, "hang", cancel=cancel)


def test_a_token_used_for_many_jobs_collects_no_callbacks(pool: WorkerPool) -> None:
    cancel = CancelToken()
    for _ in range(3):
        run(pool, "pid", cancel=cancel)
    assert cancel._callbacks == []


def test_closing_ends_what_runs_and_what_waits() -> None:
    pool = WorkerPool(1, OPTIONS)
    run(pool, "pid")
    ended: list[type[BaseException]] = []

    def work() -> None:
        try:
            run(pool, "hang")
        except JobCancelled as error:
            ended.append(type(error))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    child = psutil.Process(pool.pids[0])
    start = time.monotonic()
    assert pool.close()
    for thread in threads:
        thread.join(10)
    assert time.monotonic() - start < 5
    assert ended == [JobCancelled] * 3
    assert not child.is_running()
    with pytest.raises(JobCancelled):
        run(pool, "pid")


def test_urgent_jobs_have_a_worker_that_others_never_take() -> None:
    pool = WorkerPool(2, OPTIONS, reserved=1)
    cancel = CancelToken()

    def hang() -> None:
        with pytest.raises(JobCancelled):
            run(pool, "hang", cancel=cancel)

    stuck = threading.Thread(target=hang)
    stuck.start()
    try:
        # The other job would wait for ever for the only worker it may use.
        assert run(pool, "pid", urgent=True) > 0
    finally:
        cancel.cancel()
        stuck.join()
        pool.close()


def jobs_at_random(pool: WorkerPool, seed: int, wrong: list[str]) -> None:
    """Run 40 jobs, half of them cancelled at some moment; put answers that are not those of their job into `wrong`."""
    chance = random.Random(seed)
    for number in range(40):
        cancel = CancelToken()
        timer = threading.Timer(chance.random() / 50, cancel.cancel)
        if chance.random() < 0.5:
            timer.start()
        rows = chance.randrange(1, 900)
        with contextlib.suppress(JobCancelled, IsolationError):
            value = run(pool, "early", rows, expected=Answer, cancel=cancel, urgent=bool(number % 2))
            if value.pixels.shape != (rows, 1000):
                wrong.append(f"{rows} rows asked for, {value.pixels.shape} came")
        timer.cancel()


@posix
def test_kills_and_cancels_at_any_moment_mix_up_no_answers_and_hang_nothing() -> None:
    pool = WorkerPool(2, OPTIONS, reserved=1)
    wrong: list[str] = []
    done = threading.Event()

    def kill() -> None:
        chance = random.Random(0)
        while not done.wait(chance.random() / 5):
            for pid in pool.pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    threads = [threading.Thread(target=jobs_at_random, args=(pool, seed, wrong)) for seed in range(3)]
    killer = threading.Thread(target=kill)
    for thread in (*threads, killer):
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    done.set()
    killer.join()
    assert wrong == []
    assert run(pool, "pid") > 0
    assert pool.close()


def test_nothing_is_left_after_many_deaths_and_restarts() -> None:
    def descriptors() -> int:
        return psutil.Process().num_fds() if hasattr(psutil.Process(), "num_fds") else 0

    warm = WorkerPool(1, OPTIONS)
    run(warm, "pid")
    warm.close()
    before = descriptors()
    pool = WorkerPool(2, OPTIONS)
    for _ in range(3):
        with pytest.raises(IsolationError):
            run(pool, "leave")
    assert pool.close()
    assert descriptors() == before
    assert not [t.name for t in threading.enumerate() if t.name.startswith("cxr-test")]


@posix
@pytest.mark.parametrize("busy", [False, True])
def test_a_worker_ends_with_the_app_even_in_the_middle_of_a_job(tmp_path: Path, busy: bool) -> None:
    import subprocess

    program = (
        "import os, sys, threading\n"
        "from cxrviewer.isolation.limits import WorkerOptions\n"
        "from cxrviewer.isolation.pool import WorkerPool\n"
        "if __name__ == '__main__':\n"
        "    pool = WorkerPool(1, WorkerOptions(name='cxr-test'))\n"
        f"    print(pool.run('{JOBS}pid', (), int), flush=True)\n"
        "    if len(sys.argv) > 1:\n"
        f"        threading.Thread(target=pool.run, args=('{JOBS}hang', (), int), daemon=True).start()\n"
        "    sys.stdin.read()\n"
    )
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", program, *(["busy"] if busy else [])]
    with subprocess.Popen(
        command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, stdout=subprocess.PIPE, stdin=subprocess.PIPE
    ) as app:
        assert app.stdout is not None
        child = psutil.Process(int(app.stdout.readline()))
        app.kill()
    _, alive = psutil.wait_procs([child], timeout=10)
    assert not alive


@linux
def test_a_crash_of_a_worker_writes_no_core(pool: WorkerPool) -> None:
    assert run(pool, "core_limit", expected=tuple[int, int]) == (1, 1)


def test_a_worker_that_cannot_start_is_an_error_and_no_hang() -> None:
    pool = WorkerPool(1, WorkerOptions(name="cxr-test", warm_up=JOBS + "leave"))
    with pytest.raises(WorkerStartError):
        run(pool, "pid")
    assert pool.close()


def test_a_single_process_reports_its_end_to_a_job_that_comes_too_late() -> None:
    process = WorkerProcess(OPTIONS)
    limits = JobLimits()
    assert process.run(JOBS + "pid", (), int, cancel=CancelToken(), limits=limits) == process.pid
    assert process.close()
    with pytest.raises(JobCancelled):
        process.run(JOBS + "pid", (), int, cancel=CancelToken(), limits=limits)


@posix
def test_a_start_costs_the_worker_and_no_process_beside_it() -> None:
    """Python's own start brings a second interpreter, which watches over what no process here has."""
    code = """
import psutil
from cxrviewer.decoder.client import DecoderPool
decoder = DecoderPool.for_window()
decoder.start(1)
print(len(psutil.Process().children(recursive=True)))
print(decoder.close())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.split() == ["1", "True"], done.stderr
