"""A Python head in its process: runs the approved bytes and answers as `worker` does for ONNX files."""

from __future__ import annotations

import os
import sys
import time
import types
from collections.abc import Mapping
from typing import Any

import numpy as np

from cxrviewer.heads.python_api import Context
from cxrviewer.heads.runtime import protocol

ROLES = ("logits", "maps", "features")


class Program:
    """The head behind the pipe. Its file is never imported: a module of the same name could come first."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._head: Any = None
        self._names: dict[str, str] = {}

    def load(self, header: Mapping[str, Any], data: bytes) -> dict[str, Any]:
        """Run the program file. Returns the declared tensors: a program has no others to compare with them.

        `data`: the program file and the others behind it, as long as `header` says.
        """
        described = header["program"]
        code = data[: header["size"]]
        files, start = {}, header["size"]
        for name, size in described["files"]:
            files[name] = data[start : start + size]
            start += size
        # Libraries ask the environment when they are imported, which is next.
        os.environ["OMP_NUM_THREADS"] = str(self._threads)
        module = types.ModuleType("cxrviewer_python_head")
        sys.modules[module.__name__] = module  # dataclasses look their own module up there
        exec(compile(code, described["name"], "exec"), module.__dict__)  # approved by a person, byte for byte
        self._head = module.make_head(Context(types.MappingProxyType(files), self._threads))
        self._names = {described[role]: role for role in ROLES if described.get(role)}
        shapes = {"logits": [1, None], "maps": [1, None, None, None], "features": [1, None, None, None]}
        return {
            "inputs": [_described(described["input"], described["shape"])],
            "outputs": [_described(name, shapes[role]) for name, role in self._names.items()],
        }

    def run(self, header: Mapping[str, Any], tensors: Mapping[str, protocol.Tensor]) -> protocol.Reply:
        """Answer for one image."""
        started = time.perf_counter()
        answer = self._head.score(next(iter(tensors.values())))
        seconds = time.perf_counter() - started
        outputs = {}
        for name in header["outputs"]:
            value = getattr(answer, self._names[name])
            if not isinstance(value, np.ndarray) or value.dtype != np.float32:
                return {"error": "run", "detail": f"{name} is not a float32 array"}, {}
            outputs[name] = value
        if sum(value.nbytes for value in outputs.values()) > protocol.MAX_ANSWER_BYTES:
            return {"error": "run", "detail": protocol.TOO_LARGE}, {}
        return {"seconds": seconds}, outputs


def _described(name: str, shape: list[int | None]) -> dict[str, Any]:
    return {"name": name, "shape": shape, "type": "tensor(float)"}
