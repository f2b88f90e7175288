"""De-identified copies: whole files in a new folder, one message for each file, and a stop that leaves whole files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import NotDicomError
from cxrviewer.presenters.copies import CopiesPresenter, Scope
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.reports.copies import CopiedImage, CopyOptions
from cxrviewer.studies.library import ImageEntry
from tests.fakes import HeldJobs, Recorder, header

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
        if path.name == "full":
            raise OSError(28, "No space")
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
    desk.jobs.release("copies")
    desk.presenter.stop()
    desk.run()
    assert written(tmp_path) == {"de-identified/image-00001.dcm": b"a"}
    assert desk.state.message == "Stopped. 1 copy was made." and not desk.state.running


def test_a_full_disk_ends_the_run_with_a_sentence(tmp_path: Path) -> None:
    desk = Desk("a", "full", "c")
    desk.presenter.start(Scope.ALL, CHOSEN, tmp_path)
    desk.run()
    assert "room" in desk.state.message and len(desk.asked) == 2


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    desk = Desk("a")
    desk.presenter.start(Scope.ALL, CHOSEN, tmp_path / "file")
    desk.run()
    assert desk.state.message.startswith("No folder can be made there") and not desk.asked and not desk.state.running
