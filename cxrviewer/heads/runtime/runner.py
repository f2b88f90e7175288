"""The app's side of the model process: starts it when needed, stops it when it misbehaves."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import HeadRejectedError, JobCancelled, ScoringError
from cxrviewer.heads.package.sources import Source
from cxrviewer.heads.runtime import protocol
from cxrviewer.heads.runtime.budget import WorkerBudget
from cxrviewer.heads.runtime.limits import MAX_SLOWNESS, USUAL_START_SECONDS, Limits, ProgramSpec
from cxrviewer.heads.runtime.model_process import ModelProcess, Stopper, deadline
from cxrviewer.heads.runtime.occlusion import Patches
from cxrviewer.text import msg

__all__ = ["Limits", "LoadedModel", "ModelRunner", "RunResult", "TensorInfo", "clean"]

MAX_FAILURES = 3
"""Crashes and time-outs in a row after which a model stays off until the program restarts."""


class TensorInfo(Struct, frozen=True):
    """A declared tensor of the model; None stands for a dimension the file leaves open."""

    name: str
    shape: tuple[int | None, ...]
    type: str


class LoadedModel(Struct, frozen=True):
    """What the model process reports about the model it loaded."""

    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]
    memory_limited: bool


class RunResult(Struct, frozen=True, eq=False):
    """Output tensors and the seconds inside the model."""

    tensors: Mapping[str, protocol.Tensor]
    seconds: float


class ModelRunner:
    """Runs one model in a process of its own.

    The process is started by the first `load` or `run` and again after a crash or a
    time-out, at most `MAX_FAILURES` times in a row. Calls of several threads wait for
    each other; `close`, `unload` and a token's `cancel` may come from any thread at any time.
    """

    def __init__(
        self,
        model: Source,
        limits: Limits | None = None,
        budget: WorkerBudget | None = None,
        program: ProgramSpec | None = None,
    ) -> None:
        self._sources = (model, *(program.files.values() if program is not None else ()))
        self._program = program
        self._limits = limits or Limits()
        self._budget = budget
        self._lock = threading.Lock()
        self._process: ModelProcess | None = None
        self._loaded: LoadedModel | None = None
        self._failures = 0
        self._number = 0
        self._slowness = 1.0
        self._closed = threading.Event()

    @property
    def pid(self) -> int | None:
        """Process id of the model process, None while there is none."""
        process = self._process
        try:
            return process.process.pid if process is not None else None
        except ValueError:  # another thread has just ended it
            return None

    def load(self) -> LoadedModel:
        """Start the process and load the model, unless that has been done.

        Raises
        ------
        HeadRejectedError
            ``check="structure"`` or ``"load"``: the file is not one this program runs; ``"sha256"``: it is not the
            one that was checked.
        ScoringError
            The process crashed, ran out of time or memory.
        """
        with self._working(), self._lock:
            return self._ready(CancelToken())[1]

    def run(
        self,
        inputs: Mapping[str, protocol.Tensor],
        outputs: tuple[str, ...],
        cancel: CancelToken | None = None,
    ) -> RunResult:
        """Run the model once.

        Parameters
        ----------
        inputs : name -> float32
        outputs : names of the tensors wanted; only these are sent back.

        Raises
        ------
        JobCancelled
        HeadRejectedError, ScoringError
            As `load`; and `ScoringError` where the model itself fails.
        """
        message = {"op": "run", "outputs": list(outputs)}
        return self._compute(message, inputs, set(outputs), cancel or CancelToken())

    def occlude(
        self,
        name: str,
        given: protocol.Tensor,
        patches: Patches,
        logits: tuple[str, int],
        cancel: CancelToken | None = None,
        on_progress: Callable[[int], None] = lambda done: None,
    ) -> protocol.Tensor:
        """Run the model once on `given`, the input `name`, and once for every patch that covers part of it.

        Parameters
        ----------
        logits : name of the output, column
        on_progress : callable
            Called on this thread with how many patches are done.

        Returns
        -------
        (1 + number of patches,) float32
            That column's logit: of the whole input first, then with each patch covered, in C order.

        Raises
        ------
        JobCancelled, HeadRejectedError, ScoringError
            As `run`; the time limit holds for each patch.
        """
        message = {
            "op": "occlude", "input": name, "output": logits[0], "index": logits[1],
            "patch": patches.patch, "stride": patches.stride,
        }  # fmt: skip
        result = self._compute(message, {name: given}, {"logits"}, cancel or CancelToken(), patches.number, on_progress)
        answer = result.tensors["logits"]
        if answer.shape != (1 + patches.number,) or not np.isfinite(answer).all():
            raise ScoringError(msg("The model answered with values that are no numbers; there is no map."))
        return answer

    def unload(self) -> bool:
        """End the process unless it is working; the next `run` starts it again. Returns whether there is none now."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            self._drop()
        finally:
            self._lock.release()
        return True

    def close(self) -> None:
        """End the process; a run that is going on fails. Closing twice is fine."""
        self._closed.set()
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._drop()

    def _compute(
        self,
        message: dict[str, Any],
        inputs: Mapping[str, protocol.Tensor],
        outputs: set[str],
        token: CancelToken,
        steps: int = 0,
        on_progress: Callable[[int], None] = lambda done: None,
    ) -> RunResult:
        with self._working(), self._lock:
            token.raise_if_cancelled()
            process, _ = self._ready(token)
            self._number += 1
            message["id"] = self._number
            stopper = Stopper(process, self._number, self._limits.cancel_seconds)
            allowed = self._limits.run_seconds * self._slowness
            token.on_cancel(stopper.stop)
            try:
                header, tensors = self._request(process, message, inputs, allowed, token)
                for done in range(1, steps + 1):
                    if header.get("done") != done:
                        break  # an answer, or nonsense that is told from one below
                    on_progress(done)
                    header, tensors = self._request(process, message, None, allowed, token)
            finally:
                stopper.over()
            token.raise_if_cancelled()
            self._raise_for(header)
            seconds = header.get("seconds")
            if not isinstance(seconds, float) or set(tensors) != outputs:
                raise self._failed(process, msg("The model process answered nonsense and was stopped."))
            self._failures = 0
            return RunResult(tensors, seconds)

    def _working(self) -> contextlib.AbstractContextManager[None]:
        """Entered before the lock: whoever finds this runner idle in the budget can then take the lock to unload it."""
        return contextlib.nullcontext() if self._budget is None else self._budget.working(self)

    def _ready(self, token: CancelToken) -> tuple[ModelProcess, LoadedModel]:
        if self._closed.is_set():
            raise ScoringError(msg("The model has been closed."))
        if self._process is not None and not self._process.idle():
            self._drop()  # it died while nobody asked it anything: start anew without a word
        if self._process is None or self._loaded is None:
            self._drop()
            if self._failures >= MAX_FAILURES:
                raise ScoringError(
                    msg(
                        "The model failed {max_failures} times in a row and stays off until the program is restarted.",
                        max_failures=MAX_FAILURES,
                    )
                )
            if self._budget is not None:
                self._budget.claim(self, sum(source.size for source in self._sources), token)
            process = self._start()
            if self._closed.is_set():  # `close` came before there was a process for it to end
                self._drop()
                raise ScoringError(msg("The model has been closed."))
            self._loaded = self._load_into(process)
        assert self._process is not None
        return self._process, self._loaded

    def _start(self) -> ModelProcess:
        try:
            self._process = ModelProcess(self._limits, self._program is not None)
        except OSError as error:
            self._drop()
            raise ScoringError(
                msg("The model process could not be started; close other programs and try again.")
            ) from error
        return self._process

    def _greet(self, process: ModelProcess) -> None:
        """Wait until the empty process is there, and see by the way how slow this computer is now."""
        began = time.monotonic()
        self._request(process, {"op": "handshake", "id": 0}, {}, self._limits.start_seconds, CancelToken())
        if self._limits.scaled:
            self._slowness = min(max((time.monotonic() - began) / USUAL_START_SECONDS, 1.0), MAX_SLOWNESS)

    def _load_into(self, process: ModelProcess) -> LoadedModel:
        self._greet(process)
        message: dict[str, Any] = {"op": "load", "id": 0, "size": self._sources[0].size}
        if self._program is not None:
            message["program"] = self._program.described()
        seconds = self._limits.load_seconds * self._slowness
        try:
            header, _ = self._request(process, message, {}, seconds, CancelToken(), self._sources)
        except HeadRejectedError:
            # A file is not the one that was checked. The process has it in part and nobody has told it to use it.
            self._drop()
            raise
        try:
            self._raise_for(header)
        except HeadRejectedError:
            # Not tried again: the same bytes would fail the same way.
            self._failures = MAX_FAILURES
            self._drop()
            raise
        try:
            inputs, outputs = (tuple(_info(t) for t in header[key]) for key in ("inputs", "outputs"))
        except (KeyError, TypeError, ValueError) as error:
            raise self._failed(process, msg("The model process answered nonsense and was stopped.")) from error
        return LoadedModel(inputs, outputs, header.get("memory_limited") is True)

    def _request(
        self,
        process: ModelProcess,
        message: Mapping[str, Any],
        tensors: Mapping[str, protocol.Tensor] | None,
        seconds: float,
        token: CancelToken,
        sources: Sequence[Source] = (),
    ) -> tuple[dict[str, Any], dict[str, protocol.Tensor]]:
        """Send `message`, unless `tensors` is None and more of an earlier answer is awaited, and receive.

        What `sources` hold goes first; where they raise `HeadRejectedError`, `message` is not sent.
        """
        try:
            with deadline(process, seconds):
                if sources:
                    # Each raises before it ends, unless its bytes were the right ones.
                    chunks = itertools.chain.from_iterable(source.chunks() for source in sources)
                    process.send_data(sum(source.size for source in sources), chunks)
                if tensors is not None:
                    process.send(message, tensors)
                header, answer = process.receive()
        except (EOFError, OSError) as error:
            if token.cancelled:
                self._drop()
                raise JobCancelled from error
            raise self._failed(process, self._exit_report(process, seconds)) from error
        except protocol.ProtocolError as error:
            raise self._failed(process, msg("The model process answered nonsense and was stopped.")) from error
        if header.get("id") != message["id"]:
            raise self._failed(process, msg("The model process answered nonsense and was stopped."))
        return header, answer

    def _exit_report(self, process: ModelProcess, seconds: float) -> str:
        if self._closed.is_set():
            return msg("The model has been closed.")
        if process.timed_out:
            return msg("The model did not answer within {seconds:.3g} seconds and was stopped.", seconds=seconds)
        return msg("The model process ended unexpectedly; it is started again for the next film.")

    def _failed(self, process: ModelProcess, sentence: str) -> ScoringError:
        self._failures += 1
        self._drop()
        return ScoringError(sentence)

    def _drop(self) -> None:
        process, self._process, self._loaded = self._process, None, None
        if process is not None:
            process.release()
        if self._budget is not None:
            self._budget.gone(self)

    def _raise_for(self, header: Mapping[str, Any]) -> None:
        kind = header.get("error")
        if kind is None:
            return
        if kind == "structure":
            problems = "; ".join(clean(str(p)) for p in list(header.get("problems", ()))[:20])
            raise HeadRejectedError(
                msg("The model file is rejected: {problems}.", problems=problems), check="structure"
            )
        detail = clean(str(header.get("detail", "")))
        if kind == "load":
            if self._program is None:
                raise HeadRejectedError(msg("The model file cannot be loaded: {detail}", detail=detail), check="load")
            raise HeadRejectedError(msg("The program cannot be run: {detail}", detail=detail), check="load")
        if kind == "memory":
            raise ScoringError(msg("The model needs more memory than it is allowed."))
        raise ScoringError(msg("The model failed on this film: {detail}", detail=detail))


def clean(text: str) -> str:
    """Return text of a stranger's file made safe for terminals and labels: one short printable line."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())[:300]


def _info(described: Any) -> TensorInfo:
    shape = tuple(dim if isinstance(dim, int) else None for dim in described["shape"])
    return TensorInfo(clean(str(described["name"])), shape, clean(str(described["type"])))
