"""The model process: the only place that imports onnxruntime.

Started by `runner` with ``spawn``. It never imports Qt, pydicom or anything that reads
patient data: what reaches it is a tensor, what leaves it are tensors. Keep its imports
tiny, they are paid at every start.
"""

from __future__ import annotations

import itertools
import os
import queue
import re
import signal
import threading
import time
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

import numpy as np

from cxrviewer.heads.package import onnx_structure
from cxrviewer.heads.runtime import protocol
from cxrviewer.heads.runtime.occlusion import Patches
from cxrviewer.isolation.sandbox import forbid_core_dumps, limit_memory, lower_priority, silence

if TYPE_CHECKING:
    import onnxruntime

    from cxrviewer.heads.runtime.program import Program

# onnxruntime puts its status and the place in its own source before the reason.
_NOISE = re.compile(r"^\[ONNXRuntimeError\] : \d+ : \w+ : (\S+:\d+ .*?\) (?=[A-Z]))?")

Message = tuple[dict[str, Any], dict[str, protocol.Tensor], bytes]
"""Header, tensors and, of a ``load``, the head's files."""


class _Runs:
    """Which run is going on and which were cancelled, for the listener and the main thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = -1
        self._current: tuple[int, onnxruntime.RunOptions] | None = None

    def begin(self, number: int, options: onnxruntime.RunOptions) -> None:
        with self._lock:
            self._current = number, options
            options.terminate = number <= self._cancelled

    def cancel(self, number: int) -> None:
        with self._lock:
            self._cancelled = max(self._cancelled, number)
            if self._current is not None and self._current[0] <= number:
                self._current[1].terminate = True


def serve(requests: Connection, replies: Connection, threads: int, memory_bytes: int, program: bool = False) -> None:
    """Answer `requests` until the app closes them or dies. Entry point of the process.

    `program`: the head is an approved Python program; then nothing of onnxruntime is loaded for it.
    """
    # Ctrl-C belongs to the app, which then closes the pipe; a traceback from here would only confuse.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    silence()
    lower_priority()  # a window that is dragged goes before findings
    inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
    runs = _Runs()
    threading.Thread(target=_listen, args=(requests, inbox, runs), daemon=True).start()
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # must stand before the import, the call below is too late alone
    os.environ["ORT_LOAD_CONFIG_FROM_MODEL"] = "0"  # session settings come from here, not from a stranger's file
    model = _program(threads) if program else _onnx_model(threads)
    forbid_core_dumps()
    limited = limit_memory(memory_bytes)
    try:
        while True:
            message = inbox.get()
            number = message[0].get("id")
            answer, outputs = _answer(model, runs, message, _Progress(replies, number))
            del message  # or a model would be held until the next one's message
            protocol.send(replies, {**answer, "id": number, "memory_limited": limited}, outputs)
    except OSError:
        os._exit(0)  # the app is gone


def _onnx_model(threads: int) -> _Model:
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    return _Model(onnxruntime, threads)


def _program(threads: int) -> Program:
    from cxrviewer.heads.runtime.program import Program

    return Program(threads)


def _listen(requests: Connection, inbox: queue.SimpleQueue[Message], runs: _Runs) -> None:
    """Read messages while the main thread computes, so that a cancel or the app's end is noticed then too.

    A head's files come before the ``load`` that lets them be used: the app sends it when it has hashed all of what
    it sent, and ends this process where they were not the files that were checked.
    """
    data = b""
    try:
        while True:
            header, tensors = protocol.receive(requests)
            if header.get("op") == "cancel":
                runs.cancel(int(header["id"]))
            elif header.get("op") == "data":
                data = protocol.receive_data(requests, int(header["size"]))
            else:
                inbox.put((header, tensors, data))
                data = b""
    finally:
        # End of file: the app closed the pipe or died. Not sys.exit: the main thread may be
        # inside a run that never ends.
        os._exit(0)


class _Progress:
    """Tells the app how many steps of a long answer are done."""

    def __init__(self, replies: Connection, number: Any) -> None:
        self._replies, self._number = replies, number

    def __call__(self, done: int) -> None:
        protocol.send(self._replies, {"id": self._number, "done": done})


class _Model:
    def __init__(self, ort: Any, threads: int) -> None:
        self._ort = ort
        self._threads = threads
        self._session: onnxruntime.InferenceSession | None = None

    def load(self, data: bytes) -> dict[str, Any]:
        problems = onnx_structure.inspect(data)
        if problems:
            return {"error": "structure", "problems": problems}
        options = self._ort.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.execution_mode = self._ort.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 4
        # Threads spin 20 us for each other inside a run, which makes it a sixth faster; spinning without
        # a bound burns three times the processor time for nothing between images.
        options.add_session_config_entry("session.intra_op.allow_spinning", "1")
        options.add_session_config_entry("session.intra_op.spin_duration_us", "20")
        # Without it onnxruntime would take its own format too, which nobody has looked into.
        options.add_session_config_entry("session.load_model_format", "ONNX")
        self._session = self._ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        return {
            "inputs": [_described(t) for t in self._session.get_inputs()],
            "outputs": [_described(t) for t in self._session.get_outputs()],
        }

    def run(
        self, runs: _Runs, number: int, names: list[str], tensors: dict[str, protocol.Tensor]
    ) -> tuple[dict[str, Any], dict[str, protocol.Tensor]]:
        if self._session is None:
            return {"error": "run", "detail": "no model is loaded"}, {}
        options = self._ort.RunOptions()
        options.log_severity_level = 4
        runs.begin(number, options)
        started = time.perf_counter()
        values = self._session.run(names, tensors, options)
        seconds = time.perf_counter() - started
        if not all(isinstance(value, np.ndarray) and value.dtype == np.float32 for value in values):
            return {"error": "run", "detail": "an output is not a float32 tensor"}, {}
        if sum(value.nbytes for value in values) > protocol.MAX_ANSWER_BYTES:
            return {"error": "run", "detail": protocol.TOO_LARGE}, {}
        return {"seconds": seconds}, dict(zip(names, values, strict=True))

    def occlude(
        self, runs: _Runs, header: dict[str, Any], given: protocol.Tensor, progress: _Progress
    ) -> tuple[dict[str, Any], dict[str, protocol.Tensor]]:
        """Answer with one logit of the whole input and of the input with each patch covered."""
        patches = Patches(given.shape[2], given.shape[3], header["patch"], header["stride"])
        name, output = header["input"], header["output"]
        logits, seconds = [], 0.0
        for done, tensor in enumerate(itertools.chain((given,), patches.covered(given))):
            answer, outputs = self.run(runs, header["id"], [output], {name: tensor})
            if "error" in answer:
                return answer, {}
            seconds += answer["seconds"]
            logits.append(outputs[output][0, header["index"]])
            if done:
                progress(done)
        return {"seconds": seconds}, {"logits": np.asarray(logits, np.float32)}


def _described(tensor: Any) -> dict[str, Any]:
    shape = [dim if isinstance(dim, int) else None for dim in tensor.shape]
    return {"name": tensor.name, "shape": shape, "type": tensor.type}


def _answer(
    model: _Model | Program,
    runs: _Runs,
    message: Message,
    progress: _Progress,
) -> tuple[dict[str, Any], dict[str, protocol.Tensor]]:
    header, tensors, data = message
    try:
        if header["op"] == "handshake":
            return {}, {}
        if isinstance(model, _Model):
            return _answer_onnx(model, runs, message, progress)
        return (model.load(header, data), {}) if header["op"] == "load" else model.run(header, tensors)
    except MemoryError:
        return {"error": "memory"}, {}
    except (Exception, SystemExit) as error:  # noqa: BLE001  # onnxruntime's have no common base; all cross the pipe
        text = str(error)
        kind = "memory" if _is_out_of_memory(error, text) else header["op"]
        return {"error": kind, "detail": _NOISE.sub("", text)[:300]}, {}


def _is_out_of_memory(error: BaseException, text: str) -> bool:
    """Return whether onnxruntime could not have its memory.

    It raises the same classes for this as for everything else (`Fail`, `RuntimeException`), so that its words are all
    there is; nobody else's are looked at. The words decide which sentence is shown and nothing more.
    """
    return type(error).__module__.startswith("onnxruntime") and "alloc" in text.lower()


def _answer_onnx(model: _Model, runs: _Runs, message: Message, progress: _Progress) -> protocol.Reply:
    header, tensors, data = message
    if header["op"] == "load":
        return model.load(data), {}
    if header["op"] == "occlude":
        return model.occlude(runs, header, tensors[header["input"]], progress)
    return model.run(runs, header["id"], header["outputs"], tensors)
