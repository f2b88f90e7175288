"""De-identified copies: whole files in a new folder, one message for each file, and a stop that leaves whole files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import NotDicomError
from cxrviewer.presenters import copies
from cxrviewer.presenters.copies import CopiesPresenter, Scope
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.reports.copies import CopiedImage, CopyOptions
from cxrviewer.studies.library import ImageEntry
from tests.fakes import FullDisk, HeldJobs, Recorder, header

CHOSEN = CopyOptions(shift_dates=True)


class Desk:
    def __init__(self, *names: str) -> None:
        self.jobs, self.view, self.privacy = HeldJobs(), Recorder(), Privacy()
        self.asked: list[tuple[str, CopyOptions, str]] = []
        self.entries = tuple(ImageEntry(Path("/in") / name, header(name)) for name in names)
        self.presenter = CopiesPresenter(
            self.jobs, self.privacy, self.make, lambda scope: self.entries[:1] if scope is Scope.IMAGE else self.entries
        )
        self.presenter.attach(self.view)

    def make(self, path: Path, options: CopyOptions, secret: str, cancel: CancelToken) -> CopiedImage:
        self.asked.append((path.name, options, secret))
        if path.name == "odd":
            raise NotDicomError("No image.")
        if path.name == "unread":
            raise PermissionError(13, "Permission denied")
        notes = ("Look at it.",) if path.name == "scan" else ()
        return CopiedImage(np.frombuffer(path.name.encode(), np.uint8), notes, 1, 2, 3, 0)

    @property
    def state(self) -> Any:
        return self.view.last("show_copies")

    def run(self) -> None:
        while self.jobs.newest:
            self.jobs.release_all()


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_file_is_copied_or_said_why_not(tmp_path: Path) -> None:
    desk = Desk("DOE1", "odd", "scan")
    desk.presenter.start(Scope.ALL, CHOSEN, tmp_path)
    assert desk.state.running and desk.state.total == 3
    desk.run()
    assert written(tmp_path) == {"de-identified/image-00001.dcm": b"DOE1", "de-identified/image-00003.dcm": b"scan"}
    assert desk.state.message == "2 copies were made. 1 file was not copied." and not desk.state.running
    assert desk.state.problems == ("odd: No image.", "scan: Look at it.")
    assert {options for _, options, _ in desk.asked} == {CHOSEN}
    assert len({secret for _, _, secret in desk.asked}) == 1 and len(bytes.fromhex(desk.asked[0][2])) == 16
    desk.privacy.toggle()
    assert desk.state.problems == ("File 2: No image.", "File 3: Look at it.")


def test_a_second_run_writes_beside_the_first_with_another_secret(tmp_path: Path) -> None:
    desk = Desk("a", "b")
    for _ in range(2):
        desk.presenter.start(Scope.IMAGE, CHOSEN, tmp_path)
        desk.run()
    assert written(tmp_path) == {"de-identified/image-00001.dcm": b"a", "de-identified-2/image-00001.dcm": b"a"}
    assert desk.asked[0][2] != desk.asked[1][2]


def test_a_stop_makes_no_more_copies_and_leaves_whole_ones(tmp_path: Path) -> None:
    desk = Desk("a", "b", "c")
    desk.presenter.start(Scope.ALL, CHOSEN, tmp_path)
    desk.jobs.release("copies")
    desk.presenter.stop()
    desk.run()
    assert written(tmp_path) == {"de-identified/image-00001.dcm": b"a"}
    assert desk.state.message == "Stopped. 1 copy was made." and not desk.state.running


@pytest.mark.parametrize(
    ("taken", "kept"),
    [(0, ""), (1, " 1 copy was made before and is complete."), (2, " 2 copies were made before and are complete.")],
)
def test_a_full_disk_ends_the_run_and_leaves_whole_copies_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: int, kept: str
) -> None:
    desk = Desk("a", "b", "c", "d")
    FullDisk(monkeypatch, taken)
    desk.presenter.start(Scope.ALL, CHOSEN, tmp_path)
    desk.run()
    words = "The copies cannot be written: check the folder, and that the disk has room."
    assert desk.state.message == words + kept and not desk.state.running
    assert len(desk.asked) == taken + 1
    assert written(tmp_path) == {f"de-identified/image-{n + 1:05}.dcm": b"abcd"[n : n + 1] for n in range(taken)}
    assert bool(list(tmp_path.iterdir())) == bool(taken)


def test_where_nothing_can_be_copied_no_folder_is_made(tmp_path: Path) -> None:
    desk = Desk("odd", "odd")
    desk.presenter.start(Scope.ALL, CHOSEN, tmp_path)
    desk.run()
    assert list(tmp_path.iterdir()) == [] and desk.state.message == "0 copies were made. 2 files were not copied."


def test_a_file_that_cannot_be_read_is_one_file_and_no_full_disk(tmp_path: Path) -> None:
    desk = Desk("a", "unread", "c")
    desk.presenter.start(Scope.ALL, CHOSEN, tmp_path)
    desk.run()
    assert desk.state.message == "2 copies were made. 1 file was not copied."
    assert written(tmp_path).keys() == {"de-identified/image-00001.dcm", "de-identified/image-00003.dcm"}


@pytest.mark.parametrize("moment", ["before", "while"])
def test_a_stop_before_the_first_copy_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    desk = Desk("a", "b")
    desk.presenter.start(Scope.ALL, CHOSEN, tmp_path)
    if moment == "while":  # its folder is there already
        made = copies.new_folder

        def stopped(where: Path) -> Path:
            folder = made(where)
            desk.presenter.stop()
            return folder

        monkeypatch.setattr(copies, "new_folder", stopped)
        desk.run()
    else:
        desk.presenter.stop()
        desk.run()
    assert list(tmp_path.iterdir()) == [] and desk.state.message == "Stopped. 0 copies were made."


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    desk = Desk("a")
    desk.presenter.start(Scope.ALL, CHOSEN, tmp_path / "file")
    desk.run()
    assert (
        desk.state.message.startswith("No folder can be made there") and len(desk.asked) == 1 and not desk.state.running
    )
