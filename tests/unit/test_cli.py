"""What every command of the command line begins with."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from cxrviewer import cli

THREADS = """
import os
from cxrviewer.cli import run
run(["--version"])
import numpy
print(len(os.listdir("/proc/self/task")))
"""


@pytest.mark.parametrize(("said", "kept"), [("", "1"), ("4", "4")])
def test_matrix_products_get_one_thread_unless_the_user_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, said: str, kept: str
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", said)
    if not said:
        monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    assert cli.run(["--version"]) == 0
    assert os.environ["OPENBLAS_NUM_THREADS"] == kept
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts threads in /proc")
def test_importing_numpy_makes_no_threads() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split()[-1] == "1"
