"""The model process: what it costs, what it is denied, and that nothing a head does reaches the app."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import HeadRejectedError, JobCancelled, ScoringError
from cxrviewer.heads.package.sources import InMemory
from cxrviewer.heads.runtime import protocol
from cxrviewer.heads.runtime.runner import MAX_FAILURES, Limits, ModelRunner
from cxrviewer.isolation.sandbox import NICER
from tests.builders import heads as build

IMAGE = build.gradient()
QUICK = Limits(load_seconds=30, run_seconds=0.4, cancel_seconds=0.3, threads=1)
ROOT = Path(__file__).resolve().parents[2]

Start = Callable[..., ModelRunner]


@pytest.fixture
def start() -> Iterator[Start]:
    runners: list[ModelRunner] = []

    def make(model: bytes, limits: Limits | None = None) -> ModelRunner:
        runners.append(ModelRunner(InMemory(model), limits or Limits(threads=1)))
        return runners[-1]

    yield make
    for runner in runners:
        runner.close()


def test_outputs_are_those_of_the_network(start: Start) -> None:
    given = np.full((1, 1, 32, 32), 0.25, np.float32)
    result = start(build.good_model()).run({"image": given}, ("logits", "gradcam"))
    # By hand: the mean is 0.25, its complement 0.75; the second map carries weight 2.
    assert result.tensors["logits"] == pytest.approx(np.array([[0.25, 0.75]]))
    assert result.tensors["gradcam"].shape == (1, 2, 4, 4)
    assert result.tensors["gradcam"][0, 1] == pytest.approx(np.full((4, 4), 0.5))
    assert 0 < result.seconds < 5


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has classes of priority, no numbers")
def test_the_model_gives_way_to_the_window_with_all_its_threads(start: Start) -> None:
    runner = start(build.good_model(), Limits(threads=2))
    runner.run({"image": IMAGE}, ("logits",))
    assert runner.pid is not None
    lower = min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICER)
    tasks = Path(f"/proc/{runner.pid}/task")
    threads = [int(task.name) for task in tasks.iterdir()] if tasks.is_dir() else [runner.pid]
    assert {os.getpriority(os.PRIO_PROCESS, thread) for thread in threads} == {lower}


@pytest.mark.skipif(sys.platform != "win32", reason="its own call of Windows")
def test_the_model_gives_way_to_the_window_on_windows(start: Start) -> None:
    runner = start(build.good_model())
    runner.load()
    assert psutil.Process(runner.pid).nice() == psutil.BELOW_NORMAL_PRIORITY_CLASS


def test_a_model_that_never_answers_is_stopped_and_the_next_image_starts_anew(start: Start) -> None:
    runner = start(build.endless_model(), QUICK)
    runner.load()
    first = runner.pid
    with pytest.raises(ScoringError, match=r"did not answer within 0\.4 seconds"):
        runner.run({"image": IMAGE}, ("logits",))
    assert runner.pid is None
    runner.load()
    assert runner.pid not in (None, first)


def test_a_model_that_keeps_failing_stays_off(start: Start) -> None:
    runner = start(build.endless_model(), QUICK)
    for _ in range(MAX_FAILURES):
        with pytest.raises(ScoringError, match="did not answer"):
            runner.run({"image": IMAGE}, ("logits",))
    with pytest.raises(ScoringError, match="failed 3 times in a row"):
        runner.run({"image": IMAGE}, ("logits",))


def after_start(runner: ModelRunner, action: Callable[[int], None]) -> None:
    """Do `action` with the process once it is busy computing, told from its processor time."""
    pid = runner.pid
    assert pid is not None
    settled = psutil.Process(pid).cpu_times().user

    def wait() -> None:
        while psutil.Process(pid).cpu_times().user < settled + 0.05:
            os.sched_yield()
        action(pid)

    thread = threading.Thread(target=wait, name="cxr-test")
    thread.start()
    threads.append(thread)


threads: list[threading.Thread] = []


@pytest.fixture(autouse=True)
def join() -> Iterator[None]:
    yield
    while threads:
        threads.pop().join()


def test_a_crash_becomes_a_sentence(start: Start) -> None:
    runner = start(build.endless_model())
    runner.load()
    after_start(runner, lambda pid: os.kill(pid, signal.SIGSEGV))
    with pytest.raises(ScoringError, match="ended unexpectedly"):
        runner.run({"image": IMAGE}, ("logits",))


def test_a_process_that_died_between_two_images_is_replaced_without_a_word(start: Start) -> None:
    runner = start(build.good_model())
    runner.load()
    assert runner.pid is not None
    os.kill(runner.pid, signal.SIGKILL)
    os.waitid(os.P_PID, runner.pid, os.WEXITED | os.WNOWAIT)  # until it is dead, without taking its exit code away
    result = runner.run({"image": IMAGE}, ("logits",))
    assert result.tensors["logits"].shape == (1, 2)


def test_a_memory_bomb_is_rejected_and_the_next_image_is_read(start: Start) -> None:
    # 1 GiB, which this machine would give: it is our limit of 512 MiB that rejects it.
    runner = start(build.hungry_model(2**18), Limits(threads=1, memory_bytes=2**29))
    for _ in range(2):
        with pytest.raises(ScoringError, match="more memory than it is allowed"):
            runner.run({"image": IMAGE}, ("logits",))
    assert runner.load().memory_limited is sys.platform.startswith("linux")


def test_a_cancel_ends_a_run_politely(start: Start) -> None:
    runner = start(build.endless_model(), Limits(threads=1, cancel_seconds=30))
    runner.load()
    before, token = runner.pid, CancelToken()
    after_start(runner, lambda pid: token.cancel())
    with pytest.raises(JobCancelled):
        runner.run({"image": IMAGE}, ("logits",), token)
    assert runner.pid == before  # onnxruntime left the run by itself: no restart


def test_a_cancel_kills_a_process_that_does_not_listen(start: Start) -> None:
    runner = start(build.endless_model(), Limits(threads=1, cancel_seconds=0.1))
    runner.load()
    token = CancelToken()

    def freeze_and_cancel(pid: int) -> None:
        os.kill(pid, signal.SIGSTOP)
        token.cancel()

    after_start(runner, freeze_and_cancel)
    with pytest.raises(JobCancelled):
        runner.run({"image": IMAGE}, ("logits",), token)
    assert runner.pid is None


def test_a_late_cancel_leaves_the_process_alone(start: Start) -> None:
    runner = start(build.good_model(), Limits(threads=1, cancel_seconds=0))
    token = CancelToken()
    runner.run({"image": IMAGE}, ("logits",), token)
    before = runner.pid
    token.cancel()
    runner.run({"image": IMAGE}, ("logits",))
    assert runner.pid == before


def test_a_process_that_stops_reading_does_not_hold_the_app(start: Start) -> None:
    # The tensor is larger than a pipe's buffer, so the app hangs in sending, not in waiting.
    side = 1024
    nodes = [build.node("Identity", ["image"], ["logits"])]
    runner = start(build.model_bytes(nodes, [], {"logits": (1, 1, side, side)}, side=side), QUICK)
    runner.load()
    assert runner.pid is not None
    os.kill(runner.pid, signal.SIGSTOP)
    with pytest.raises(ScoringError, match="did not answer"):
        runner.run({"image": np.zeros((1, 1, side, side), np.float32)}, ("logits",))


def test_closing_ends_a_run_that_is_going_on(start: Start) -> None:
    runner = start(build.endless_model())
    runner.load()
    after_start(runner, lambda pid: runner.close())
    with pytest.raises(ScoringError, match="closed"):
        runner.run({"image": IMAGE}, ("logits",))
    with pytest.raises(ScoringError, match="closed"):
        runner.run({"image": IMAGE}, ("logits",))


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (b"nonsense", "not a valid ONNX model"),
        (build.model_bytes([build.node("Evil", [], ["logits"], domain="x.y")], [], {}), "domain 'x.y' are not allowed"),
        (build.model_bytes([build.node("NoSuchOperator", ["image"], ["logits"])], [], {"logits": (1,)}), "NoSuchOp"),
    ],
)
def test_a_file_that_may_not_or_cannot_run_is_rejected_once_and_for_all(
    start: Start, model: bytes, sentence: str
) -> None:
    runner = start(model)
    with pytest.raises(HeadRejectedError, match=sentence):
        runner.load()
    with pytest.raises(ScoringError, match="stays off"):
        runner.load()


def test_onnxruntimes_own_format_is_not_loaded() -> None:
    # It would not be looked into: an ".ort" file starts with a flatbuffer, and inspect() wants ONNX.
    from cxrviewer.heads.package.onnx_structure import inspect

    assert inspect(b"\x18\x00\x00\x00ORTM" + bytes(100))


def test_the_process_holds_no_socket_and_no_file_of_the_app(start: Start, tmp_path: Path) -> None:
    with (tmp_path / "patient.dcm").open("wb") as open_file:
        os.set_inheritable(open_file.fileno(), True)
        runner = start(build.good_model())
        runner.load()
        assert runner.pid is not None
        process = psutil.Process(runner.pid)
        assert process.net_connections() == []
        assert str(tmp_path / "patient.dcm") not in {file.path for file in process.open_files()}


def test_the_process_never_imports_qt_or_pydicom(start: Start) -> None:
    code = (
        "import sys\n"
        "import cxrviewer.heads.runtime.worker\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'PySide6', 'pyqtgraph', 'pydicom', 'PIL', "
        "'onnxruntime', 'torch'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
    runner = start(build.good_model())
    runner.load()
    loaded = " ".join(m.path for m in psutil.Process(runner.pid).memory_maps())
    assert "onnxruntime" in loaded  # the list is of the right process
    assert not [name for name in ("PySide6", "pydicom", "torch") if name in loaded]


def test_the_process_ends_with_the_app_even_in_the_middle_of_a_run(tmp_path: Path) -> None:
    script = tmp_path / "app.py"
    script.write_text(
        "import os, sys, threading\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "if __name__ == '__main__':\n"
        "    from cxrviewer.heads.runtime.runner import Limits, ModelRunner\n"
        "    from cxrviewer.heads.package.sources import InMemory\n"
        "    from tests.builders import heads as build\n"
        "    runner = ModelRunner(InMemory(build.endless_model()), Limits(threads=1))\n"
        "    runner.load()\n"
        "    run = lambda: runner.run({'image': build.gradient()}, ('logits',))\n"
        "    threading.Thread(target=run, daemon=True).start()\n"
        "    print(runner.pid, flush=True)\n"
        "    sys.stdin.readline()\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    with subprocess.Popen([sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as app:
        assert app.stdin is not None and app.stdout is not None
        child = psutil.Process(int(app.stdout.readline()))
        settled = child.cpu_times().user
        while child.cpu_times().user < settled + 0.05:  # inside the endless run now
            os.sched_yield()
        app.stdin.write(b"die\n")
        app.stdin.close()
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_ctrl_c_belongs_to_the_app(start: Start) -> None:
    runner = start(build.good_model())
    runner.load()
    before = runner.pid
    assert before is not None
    os.kill(before, signal.SIGINT)
    runner.run({"image": IMAGE}, ("logits",))
    assert runner.pid == before


def test_messages_are_json_and_raw_numbers_never_pickles() -> None:
    reader, writer = multiprocessing.Pipe(duplex=False)
    tensor = np.arange(6, dtype=np.float32).reshape(1, 2, 3)
    protocol.send(writer, {"op": "x"}, {"t": tensor})
    assert json.loads(reader.recv_bytes()) == {"op": "x", "tensors": [{"name": "t", "shape": [1, 2, 3]}]}
    assert reader.recv_bytes() == tensor.tobytes()
    reader.close()
    writer.close()


@pytest.mark.parametrize(
    "parts",
    [
        [b"\x80\x04N."],  # a pickle
        [b"[]"],
        [b'{"no": "tensors"}'],
        [b'{"tensors": [{"name": "t", "shape": [-1]}]}'],
        [b'{"tensors": [{"name": "t", "shape": [1e9]}]}'],
        [b'{"tensors": [{"name": "t", "shape": [100000, 100000]}]}'],
        [b'{"tensors": [{"name": "t", "shape": [2]}]}', b"1234"],
        [b'{"tensors": [{"name": "t", "shape": [1]}]}', b"12345678"],
        [b'{"tensors": 7}'],
        [b"[" * 100_000],
    ],
)
def test_nonsense_on_the_wire_is_rejected(parts: list[bytes]) -> None:
    reader, writer = multiprocessing.Pipe(duplex=False)
    sender = threading.Thread(target=lambda: [writer.send_bytes(part) for part in parts])
    sender.start()  # the longest does not fit a pipe's buffer
    with pytest.raises(protocol.ProtocolError):
        protocol.receive(reader)
    sender.join()
    reader.close()
    writer.close()
