"""Freed memory is kept: the system gives a training step its pages once, not at every step."""

from __future__ import annotations

import subprocess
import sys

import pytest

from model_training.engine import allocator

PROGRAM = """
import resource, sys
import numpy as np
from model_training.engine.allocator import keep_freed_memory
if sys.argv[1] == "kept" and not keep_freed_memory():
    raise SystemExit(3)
def step():
    for _ in range(4):
        np.ones(8 * 2**20)  # 64 MiB
for _ in range(3):
    step()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    step()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True, timeout=120)
    return int(done.stdout)  # numpy and torch ask the same C library


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc only")
def test_steps_that_ask_for_the_same_memory_again_cause_no_page_faults() -> None:
    # 20 arrays of 64 MiB are 16,384 pages of 4 KiB each; with huge pages fewer, so the two runs are compared.
    assert faults("kept") * 5 < faults("given back")


def test_another_c_library_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocator, "_c_library", lambda: None)
    assert allocator.keep_freed_memory() is False
