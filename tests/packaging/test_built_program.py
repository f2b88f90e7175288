"""The built program where nothing else is: no Python, no project, no network, an empty home. Linux."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.packaging import sandbox
from tests.packaging.conftest import ROOT, Built
from tests.packaging.sandbox import PROGRAM

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the sandbox is Linux's")

STRANGE_HOME = "/home/Frau Müller 胸部"


def test_the_self_test_passes_with_no_python_network_or_home_and_writes_nothing(alone: Built, tmp_path: Path) -> None:
    command = f"command -v python3; ls {ROOT} 2>&1; {PROGRAM}/cxrviewer self-test"
    outcome = sandbox.run(command, tmp_path / "out", bundle=alone.bundle)
    assert outcome.code == 0, outcome.stdout + outcome.stderr
    lines = outcome.stdout.splitlines()
    assert "No such file" in lines[0], "the project is still there"
    assert lines[-1] == "OK"
    # Every transfer syntax the program claims is decoded, one image scored and one frame painted.
    from cxrviewer.imaging.codecs import SUPPORTED

    assert sum(line.startswith("OK      decode") for line in lines) == len(SUPPORTED)
    assert any(line.startswith("OK      score one film") for line in lines)
    assert any(line.startswith("OK      paint one frame") for line in lines)
    assert outcome.written == ()
    assert not any("onnxruntime" in path for path in outcome.left)


def test_no_socket_is_opened(built: Built, demo: Path, tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    for command in (["self-test"], ["score", str(demo), "-o", str(tmp_path / "scores.json")]):
        log = tmp_path / "trace"
        trace = ["strace", "-f", "-e", "trace=%network,socketpair", "-o", str(log)]
        environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "CXRVIEWER_HOME": str(tmp_path / "home")}
        subprocess.run(
            [*trace, str(built.bundle / "cxrviewer"), *command], env=environment, check=True, capture_output=True
        )
        calls = [line for line in log.read_text().splitlines() if re.search(r"\b\w+\(", line) and "---" not in line]
        assert calls == []


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the phantom study."""
    from cxrviewer.demo import ensure_demo

    folder = tmp_path_factory.mktemp("demo")
    ensure_demo(folder / "study")
    return folder


def _scored(
    program: list[str], options: list[str], images: Path, out: Path, environment: dict[str, str]
) -> tuple[dict[str, Any], Path]:
    out.mkdir()
    maps, result = out / "maps", out / "scores.json"
    command = [*program, "score", *options, str(images), "-o", str(result), "--maps", str(maps)]
    subprocess.run(command, env=environment, check=True, capture_output=True, cwd=out)
    return json.loads(result.read_text()), maps


def test_the_built_program_scores_to_the_same_numbers_as_the_source(built: Built, demo: Path, tmp_path: Path) -> None:
    # The head named is the bundle's own, so the source is compared over the very same bytes.
    (manifest,) = (built.bundle / "_internal/resources/heads").glob("*/head.toml")
    home = {"CXRVIEWER_HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"]}
    from_source = {**home, "PYTHONPATH": str(ROOT)}
    options = ["--head", str(manifest.parent)]
    expected, maps = _scored([sys.executable, "-m", "cxrviewer"], options, demo, tmp_path / "source", from_source)
    # The built program is asked for no head: it must find its own.
    found, built_maps = _scored([str(built.bundle / "cxrviewer-cli")], [], demo, tmp_path / "built", home)
    assert found["head"] == expected["head"]
    assert len(found["files"]) == len(expected["files"]) > 0
    scored = 0
    for ours, theirs in zip(found["files"], expected["files"], strict=True):
        assert (ours["path"], ours["status"], ours["reason"]) == (theirs["path"], theirs["status"], theirs["reason"])
        if ours["status"] != "scored":
            continue
        scored += 1
        assert ours["findings"] == theirs["findings"]  # the same bytes through the same libraries: no tolerance
        pair = [np.load(folder / Path(row["maps"]).name) for folder, row in ((built_maps, ours), (maps, theirs))]
        np.testing.assert_array_equal(*pair)
    assert scored > 0


def test_a_home_with_blanks_and_other_scripts_and_a_read_only_program_are_fine(
    alone: Built, demo: Path, tmp_path: Path
) -> None:
    # /bundle is mounted read-only for every test here.
    command = f"""cp -r /shared "$HOME/Röntgen Bilder" && {PROGRAM}/cxrviewer-cli score "$HOME/Röntgen Bilder" \
        -o "$HOME/Ergebnis 1.json" && {PROGRAM}/cxrviewer --version"""
    outcome = sandbox.run(command, tmp_path / "out", bundle=alone.bundle, home=STRANGE_HOME, shared=demo)
    assert outcome.code == 0, outcome.stderr
    statuses = {row["status"] for row in json.loads((outcome.home / "Ergebnis 1.json").read_text())["files"]}
    assert "failed" not in statuses
    assert all(path.startswith(STRANGE_HOME) for path in outcome.written), outcome.written
    import cxrviewer

    assert outcome.stdout.strip().endswith(f"cxrviewer {cxrviewer.__version__}")


def test_a_folder_beside_the_program_makes_it_portable(alone: Built, demo: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    shutil.copytree(alone.bundle, stick / "cxrviewer-1", symlinks=True)
    (stick / "cxrviewer-1" / "cxrviewer-home").mkdir()
    shutil.copytree(demo, stick / "films")
    command = "cp -r /shared /stick && /stick/cxrviewer-1/cxrviewer-cli score /stick/films -o /stick/scores.json"
    outcome = sandbox.run(command, tmp_path / "out", bundle=None, shared=stick)
    assert outcome.code == 0, outcome.stderr
    log = "/stick/cxrviewer-1/cxrviewer-home/logs/cxrviewer.log"
    assert log in outcome.written
    assert all(path.startswith("/stick/") for path in outcome.written)


def test_the_programs_children_get_their_library_path_back(built: Built, tmp_path: Path) -> None:
    # A browser started from the window must not load our libraries. /proc shows what a child would inherit: the
    # model process, which is started again by the same starter, and LD_LIBRARY_PATH as the window's Python sees it.
    log = tmp_path / "trace"
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": "/set/by/the/user"}
    trace = ["strace", "-f", "-v", "-s", "4096", "-e", "trace=execve", "-o", str(log)]
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    program = str(built.bundle / "cxrviewer")
    subprocess.run([*trace, program, "self-test"], env=environment, check=True, capture_output=True)
    starts = [line for line in log.read_text().splitlines() if "--multiprocessing-fork" in line and "execve(" in line]
    assert starts
    assert '"LD_LIBRARY_PATH=/set/by/the/user"' in starts[0]
