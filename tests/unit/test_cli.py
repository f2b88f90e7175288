"""What every command begins with."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

THREADS = """
import os
import sys
from cxrviewer.__main__ import main
sys.argv = ["cxrviewer", "--version"]
main()
import numpy
print(len(os.listdir("/proc/self/task")))
"""


def threads(**environment: str) -> int:
    """Return how many threads the program has once numpy is imported."""
    inherited = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    command = [sys.executable, "-c", THREADS]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=inherited | environment)
    return int(done.stdout.split()[-1])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts threads in /proc")
def test_importing_numpy_makes_no_threads_unless_the_user_says_otherwise() -> None:
    assert threads() == 1
    assert threads(OPENBLAS_NUM_THREADS="2") == min(2, os.cpu_count() or 1)
