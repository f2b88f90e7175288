"""Temporary files of killed runs go, those of running ones stay."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cxrviewer import atomic, demo, settings
from cxrviewer.leftovers import STALE_SECONDS, sweep, temporary_name

ROOT = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot be asked for a process without a risk")

KILLED = """
import os, signal, sys
from pathlib import Path
from cxrviewer import demo, settings
from cxrviewer import atomic

def die(*_, **more):
    os.kill(os.getpid(), signal.SIGKILL)

folder = Path(sys.argv[2])
os.replace = die
if sys.argv[1] == "settings":
    settings.write_whole(folder / "settings.json", b"{}")
elif sys.argv[1] == "atomic":
    atomic.write_bytes(folder / "result.json", b"{}")
else:
    demo.dcmwrite = die
    demo.ensure_demo(folder)
"""


@posix
@pytest.mark.parametrize("what", ["settings", "atomic", "demo"])
def test_whatever_a_killed_run_leaves_is_gone_after_the_next_start(tmp_path: Path, what: str) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, what, str(tmp_path)], cwd=ROOT, check=False)
    assert ended.returncode == -9
    assert len(list(tmp_path.iterdir())) == 1
    assert sweep(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_what_this_run_is_writing_stays(tmp_path: Path) -> None:
    with atomic.replacing(tmp_path / "result.json") as file:
        file.write(b"1")
        assert sweep(tmp_path) == 0
    assert (tmp_path / "result.json").read_bytes() == b"1"


def test_what_another_computer_writes_stays_for_a_day(tmp_path: Path) -> None:
    young, old = (tmp_path / f".a.0f0f0f-1-0000000{n}.part" for n in range(2))
    for path in (young, old):
        path.write_bytes(b"x")
    os.utime(old, (time.time() - STALE_SECONDS - 60,) * 2)
    assert sweep(tmp_path) == 1
    assert list(tmp_path.iterdir()) == [young]


@posix
def test_only_names_of_our_own_making_are_removed_and_links_are_not_followed(tmp_path: Path) -> None:
    dead = temporary_name("x").replace(f"-{os.getpid()}-", "-4194304-")
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "film.dcm").write_bytes(b"x")
    folder = tmp_path / "swept"
    folder.mkdir()
    (folder / dead).symlink_to(kept)
    for name in ("film.part", ".film.part", ".x.123456-1.part", dead.removeprefix(".")):
        (folder / name).write_bytes(b"x")
    assert sweep(folder) == 1
    assert len(list(folder.iterdir())) == 4
    assert (kept / "film.dcm").exists()


def test_a_folder_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    assert sweep(tmp_path / "none") == 0


def test_the_modules_under_test_make_their_names_here() -> None:
    for module in (atomic, demo):
        assert module.temporary_name is temporary_name
    assert vars(settings)["replacing"] is atomic.replacing


@pytest.mark.skipif(os.name == "nt", reason="Windows has no access rights of this kind")
def test_settings_are_for_their_owner_only_and_results_keep_their_rights(tmp_path: Path) -> None:
    for write in (settings.write_whole, atomic.write_bytes):
        file = tmp_path / write.__name__
        file.write_bytes(b"old")
        file.chmod(0o644)
        write(file, b"new")
    rights = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert rights == {"write_whole": 0o600, "write_bytes": 0o644}
