"""Copying a disc, and watching a folder."""

from __future__ import annotations

import builtins
import errno
import os
import shutil
import sys
import threading
import time
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled, LibraryError, LibraryFullError
from cxrviewer.studies import media, watch
from cxrviewer.studies.media import CopyState, Medium, MediumCopy


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    folder = tmp_path / "disc"
    (folder / "A" / "B").mkdir(parents=True)
    for number in range(4):
        (folder / "A" / "B" / f"IM{number}").write_bytes(bytes([number]) * 1000)
    (folder / "DICOMDIR").write_bytes(b"d" * 500)
    (folder / "out").symlink_to("/etc")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_disc_is_copied_with_progress(disc: Path, tmp_path: Path) -> None:
    states: list[CopyState] = []
    copy = MediumCopy(disc, tmp_path / "copies")
    target = copy.run(CancelToken(), states.append)
    assert files(target) == {name: data for name, data in files(disc).items() if not name.startswith("out")}
    assert [state.done_files for state in states] == [1, 2, 3, 4, 5, 5]
    assert (states[-1].done_bytes, states[-1].total_bytes, states[-1].finished) == (4500, 4500, True)


def test_a_copy_that_was_interrupted_goes_on(disc: Path, tmp_path: Path) -> None:
    cancel = CancelToken()
    with pytest.raises(JobCancelled):
        MediumCopy(disc, tmp_path / "copies").run(
            cancel, lambda state: cancel.cancel() if state.done_files == 2 else None
        )
    states: list[CopyState] = []
    target = MediumCopy(disc, tmp_path / "copies").run(CancelToken(), states.append)
    assert [state.done_files for state in states] == [3, 4, 5, 5]
    assert list((tmp_path / "copies").iterdir()) == [target]
    assert (tmp_path / "copies").stat().st_mode & 0o077 == 0
    assert not [path for path in target.rglob(".*") if path.is_file()]
    states.clear()
    assert MediumCopy(disc, tmp_path / "copies").run(CancelToken(), states.append) == target
    assert len(states) == 1  # nothing was left to do


def test_a_copy_that_is_given_up_leaves_nothing(disc: Path, tmp_path: Path) -> None:
    copy = MediumCopy(disc, tmp_path / "copies")
    assert copy.step(CancelToken(), 0.0).done_files == 1
    copy.discard()
    assert list((tmp_path / "copies").iterdir()) == []


def test_half_copied_discs_of_earlier_days_are_swept_and_complete_ones_stay(disc: Path, tmp_path: Path) -> None:
    home = tmp_path / "copies"
    whole = MediumCopy(disc, home).run(CancelToken())
    (disc / "more").write_bytes(b"x")
    MediumCopy(disc, home).step(CancelToken(), 0.0)
    media.sweep_copies(home)
    assert len(list(home.iterdir())) == 2  # begun today: the disc may be put in again
    media.sweep_copies(home, now=lambda: time.time() + 2 * 86_400)
    assert list(home.iterdir()) == [whole]


class Failing:
    """Opens files like `open`, but some of them cannot be read or written."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, name: str, code: int, mode: str, also: Any = lambda: None
    ) -> None:
        real = builtins.open

        def opened(path: Any, how: str = "r", *rest: Any, **more: Any) -> Any:
            if name in str(path) and mode in how:
                also()
                raise OSError(code, os.strerror(code))
            return real(path, how, *rest, **more)

        monkeypatch.setattr(builtins, "open", opened)


def test_a_scratched_file_is_left_out_and_named(disc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Failing(monkeypatch, "disc/A/B/IM2", errno.EIO, "rb")
    copy = MediumCopy(disc, tmp_path / "copies")
    target = copy.run(CancelToken())
    assert [one.path.name for one in copy.state.unread] == ["IM2"]
    assert sorted(path.name for path in target.rglob("IM*")) == ["IM0", "IM1", "IM3"]


def test_a_disc_taken_out_is_a_sentence(disc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Failing(monkeypatch, "disc/A/B/IM2", errno.EIO, "rb", lambda: shutil.rmtree(disc, ignore_errors=True))
    with pytest.raises(LibraryError, match="taken out"):
        MediumCopy(disc, tmp_path / "copies").run(CancelToken())


def test_a_disk_that_fills_leaves_no_half_file(disc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Failing(monkeypatch, "IM2.", errno.ENOSPC, "wb")
    with pytest.raises(LibraryFullError, match="disk is full"):
        MediumCopy(disc, tmp_path / "copies").run(CancelToken())
    assert sorted(path.name for path in (tmp_path / "copies").rglob("*") if path.is_file()) == ["IM0", "IM1"]


def test_a_disk_without_room_for_a_folder_is_full(disc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, **more: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(LibraryFullError, match="disk is full"):
        MediumCopy(disc, tmp_path / "copies").run(CancelToken())
    assert not (tmp_path / "copies").exists()


def test_too_little_space_is_said_before_anything_is_copied(
    disc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(0, 0, 200_000_000))
    with pytest.raises(LibraryFullError, match="needs 268 MB and 200 MB are free"):
        MediumCopy(disc, tmp_path / "copies").run(CancelToken())
    assert list((tmp_path / "copies").iterdir()) == []


MOUNTS = b"""\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
60 22 11:0 / /media/My\\040Disc ro,nosuid - iso9660 /dev/sr0 ro
61 22 0:50 / /mnt/share rw - nfs4 server:/x rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [(b"/media/My Disc/A", "iso9660"), (b"/media/My Disc", "iso9660"), (b"/media/My Disc2", "ext4"), (b"/", "ext4")],
)
def test_the_file_system_of_a_path_is_that_of_the_longest_mount(path: bytes, kind: str) -> None:
    mount = media._mount(MOUNTS, path)
    assert mount.kind == kind
    assert media._medium(mount, Path("/nowhere")) is (Medium.DISC if kind == "iso9660" else Medium.FIXED)


def test_a_folder_of_this_computer_is_no_disc(tmp_path: Path) -> None:
    assert media.medium_of(tmp_path) is Medium.FIXED


@pytest.mark.parametrize(("removable", "medium"), [("1", Medium.REMOVABLE), ("0", Medium.FIXED), (None, Medium.FIXED)])
def test_a_stick_is_told_by_its_drive(tmp_path: Path, removable: str | None, medium: Medium) -> None:
    # As in /sys: the device of a partition lies in the folder of its drive, which says whether it can be taken out.
    drive = tmp_path / "devices" / "sdb"
    (drive / "sdb1").mkdir(parents=True)
    if removable is not None:
        (drive / "removable").write_text(f"{removable}\n")
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "8:17").symlink_to(drive / "sdb1")
    mount = media._mount(b"90 22 8:17 / /media/stick rw - vfat /dev/sdb1 rw\n", b"/media/stick/A")
    assert media._medium(mount, tmp_path / "dev") is medium


def threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name == "cxr-watch"]


def test_a_change_in_a_watched_folder_is_reported_once_and_closing_ends_its_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "QUIET_SECONDS", 0.05)
    (tmp_path / "deep").mkdir()
    watching = watch.FolderWatch([tmp_path, tmp_path / "missing"])
    found: list[tuple[Path, ...]] = []
    cancel = CancelToken()
    with ThreadPoolExecutor(1) as pool:
        try:
            watching._start()  # what happens before the first wait is not missed either
            assert len(threads()) > 1
            first = pool.submit(watching.wait, cancel)
            (tmp_path / "deep" / "new").write_bytes(b"x")
            found.append(first.result(20))
            second = pool.submit(watching.wait, cancel)
            cancel.cancel()
            with pytest.raises(JobCancelled):
                second.result(20)
        finally:
            watching.close()
    assert found == [(tmp_path,)] and threads() == []
    watching.close()
    with pytest.raises(JobCancelled):
        watching.wait(CancelToken())
    assert threads() == []


@pytest.mark.skipif(sys.platform == "darwin", reason="the places of folders are not watched there")
@pytest.mark.parametrize("event", ["moved away", "deleted", "came", "replaced"])
def test_a_watched_folder_that_itself_comes_or_goes_is_reported_and_asks_for_another_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: str
) -> None:
    monkeypatch.setattr(watch, "QUIET_SECONDS", 0.05)
    folder, other = tmp_path / "films", tmp_path / "other"
    other.mkdir()
    if event != "came":
        folder.mkdir()
    watching = watch.FolderWatch([folder])
    try:
        watching._start()
        if event == "came":
            folder.mkdir()
        elif event == "deleted":
            folder.rmdir()
        else:
            folder.rename(tmp_path / "away")
        if event == "replaced":
            other.rename(folder)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(watching.wait, CancelToken()).result(20) == (folder,)
        assert watching.outdated
    finally:
        watching.close()
    assert threads() == []


def test_changes_that_go_on_are_reported_after_half_a_minute() -> None:
    quiet = watch.Quiet()
    for second in range(60):
        quiet.changed("a", float(second))
        found = quiet.due(float(second))
        assert found == (["a"] if second == 30 else [])
        if found:
            break


def test_too_many_folders_to_watch_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from watchdog.observers.api import BaseObserver

    def reject(self: object) -> None:
        raise OSError(errno.ENOSPC, "inotify watch limit reached")

    monkeypatch.setattr(BaseObserver, "start", reject)
    with pytest.raises(LibraryError, match="cannot watch so many folders"):
        watch.FolderWatch([tmp_path]).wait(CancelToken())
