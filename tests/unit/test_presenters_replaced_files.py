"""Another patient's file under a path that is already listed: nothing of the older one may be shown or kept.

Real files, the real reader and the real presenters; only the drawing and the model are made up.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cxrviewer.commands.registry import Registry
from cxrviewer.commands.table import COMMANDS
from cxrviewer.decoder.service import make_thumbnail
from cxrviewer.imaging.directory import read_directory
from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.thumbnails import thumbnail
from cxrviewer.presenters.finding_states import ImageStatus, Shown
from cxrviewer.presenters.head_plans import HeadPlan
from cxrviewer.presenters.image_presenter import REWRITTEN
from cxrviewer.presenters.reading_room import ReadingRoom
from cxrviewer.presenters.worklist_rows import RowKind, WorklistRow
from cxrviewer.studies.library import ImageEntry
from tests.builders.dicom import image_bytes
from tests.fakes import FakeScorer, HeldJobs, Recorder, head_name, prediction

OLD, NEW = "OLD^ANNA", "NEW^BERT"
DARK, BRIGHT = 1000, 3000
"""Stored values of the two images; 12 bits."""


def content(name: str, level: int, **more: Any) -> bytes:
    """Return a small image of one person, the same number of bytes for every name of the same length."""
    codes = np.full((64, 48), level, np.uint16)
    codes[:8] = 100
    number = "1" if name == OLD else "2"
    given = {"PatientName": name, "PatientID": f"ID-{number}", "SOPInstanceUID": f"1.2.3.{number}", **more}
    return image_bytes(codes, bits=12, **given)


class Room:
    """Everything behind the window over one folder, with `OLD` in the file ``a``."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / "a"
        self.path.write_bytes(content(OLD, DARK))
        self.view, self.jobs, self.scorer = Recorder(), HeldJobs(), FakeScorer()
        names = ("image_view", "findings_view", "layer_view", "worklist_view", "annotations_view", "timeline_view")
        more = {"commands": Registry(COMMANDS), "later": self.view.later}
        more |= {"notify": self.view.notify, "withdraw": self.view.withdraw}
        more["ask_person"] = self.view.ask_person
        more["frames_view"] = lambda _, number: Recorder()
        views = type("Views", (), dict.fromkeys(names, self.view) | more)
        self.room = ReadingRoom(
            views(),
            self.jobs,
            read_header=lambda path, _: read_header(path),
            read_directory=lambda path, _: read_directory(path),
            open_image=lambda path, _, frame=0: open_image(path, frame),
            read_thumbnail=lambda path, _: make_thumbnail(str(path)),
            thumbnail=thumbnail,
        )
        self.room.start_heads(lambda: [HeadPlan(head_name(self.scorer), lambda note: self.scorer)])
        self.jobs.release_all()

    def open(self) -> None:
        self.room.open_paths((self.folder,))
        self.jobs.release_all()

    def list_only(self) -> None:
        """List the folder with another image open in it."""
        (self.folder / "0").write_bytes(content("FIRST^F", 2000))
        self.open()
        self.view.calls.clear()

    @property
    def rows(self) -> tuple[WorklistRow, ...]:
        shown: tuple[WorklistRow, ...] = self.view.last("show_rows")[0]
        return shown

    def listed(self) -> ImageEntry:
        """Return what the list holds for the file ``a``."""
        entry = self.room.worklist._library.at(self.path)
        assert entry is not None
        return entry

    def row(self) -> WorklistRow:
        """Return the row of the file ``a`` as it was last drawn."""
        key = self.listed().key
        later = [a[0] for n, a in self.view.calls if n == "show_row" and a[0].key == key]
        names = self.view.names()
        last = max(i for i, name in enumerate(names) if name in ("show_row", "show_rows"))
        return later[-1] if later and names[last] == "show_row" else next(r for r in self.rows if r.key == key)

    @property
    def words(self) -> str:
        """All that was said since the calls were cleared."""
        return repr([(name, args) for name, args in self.view.calls if name not in ("show_image", "show_thumbnail")])

    def assert_only_the_new_one_is_shown(self) -> None:
        image = self.room.image.image
        assert image is not None
        assert image.header.identity.patient_name == NEW
        assert int(image.radiograph.codes[-1, -1]) == BRIGHT
        assert self.view.last("show_identity")[0].startswith("NEW, BERT   ID\u00a0ID-2")
        assert self.view.last("show_notes")[0] == REWRITTEN
        assert [r.title for r in self.rows if r.kind is RowKind.PATIENT and "FIRST" not in r.title] == ["NEW, BERT"]
        assert self.room.worklist.current == image.entry.key == self.row().key
        assert "ANNA" not in self.words and "ID-1" not in self.words


def overwrite(room: Room) -> None:
    room.path.write_bytes(content(NEW, BRIGHT))


def overwrite_keeping_size_and_time(room: Room) -> None:
    before = room.path.stat()
    overwrite(room)
    os.utime(room.path, ns=(before.st_atime_ns, before.st_mtime_ns))  # touch -r
    after = room.path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def rename_over(room: Room) -> None:
    before = room.path.stat()
    other = room.folder.parent / "other"
    other.write_bytes(content(NEW, BRIGHT))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.replace(other, room.path)


Replace = Callable[[Room], None]
every_way = pytest.mark.parametrize("replace", [overwrite, overwrite_keeping_size_and_time, rename_over])


@pytest.fixture
def room(tmp_path: Path) -> Room:
    (tmp_path / "films").mkdir()
    return Room(tmp_path / "films")


@every_way
def test_the_open_image_replaced_and_the_folder_opened_again(room: Room, replace: Replace) -> None:
    room.open()
    assert room.row().state == "2 flagged"
    replace(room)
    room.view.calls.clear()
    room.room.open_paths((room.folder,))
    room.jobs.release("scan")  # the row is the new one's before anything is decoded or scored
    assert room.row().state == "not scored yet"
    assert room.view.last("show_scan").text.endswith("1 file had changed since listed")
    room.jobs.release_all()
    room.assert_only_the_new_one_is_shown()
    assert len(room.scorer.ran) == 2 and room.scorer.ran[0] != room.scorer.ran[1]


@every_way
def test_a_listed_file_replaced_before_it_is_opened(room: Room, replace: Replace) -> None:
    room.list_only()
    replace(room)
    room.room.worklist.select(room.listed().key)
    room.jobs.release_all()
    room.assert_only_the_new_one_is_shown()
    assert "OLD" not in str([r.title for r in room.rows])


@every_way
def test_a_image_decoded_before_and_replaced_is_not_taken_from_memory(room: Room, replace: Replace) -> None:
    room.list_only()
    key_of_a, key_of_0 = room.listed().key, room.room.worklist.current
    room.room.worklist.select(key_of_a)
    room.jobs.release_all()
    room.room.worklist.select(key_of_0)
    room.jobs.release_all()
    replace(room)
    room.view.calls.clear()
    room.room.worklist.select(key_of_a)
    assert "show_image" not in room.view.names()  # not for one frame
    room.jobs.release_all()
    room.assert_only_the_new_one_is_shown()
    assert [int(args[0].codes[-1, -1]) for name, args in room.view.calls if name == "show_image"] == [BRIGHT]


@every_way
def test_replaced_between_the_click_and_the_decoding(room: Room, replace: Replace) -> None:
    room.list_only()
    room.room.worklist.select(room.listed().key)
    replace(room)
    room.view.calls.clear()
    room.jobs.release_all()
    room.assert_only_the_new_one_is_shown()


@every_way
def test_replaced_before_its_small_picture_is_made(room: Room, replace: Replace) -> None:
    room.list_only()
    old = room.listed().key
    room.room.worklist.want_thumbnail(old)
    replace(room)
    room.jobs.release("thumbnail")
    key, picture = room.view.last("show_thumbnail")
    new = room.listed().key
    assert key == new != old
    assert picture[-1, -1, 0] > 150  # the bright one
    assert {r.title for r in room.rows if r.kind is RowKind.PATIENT} == {"FIRST, F", "NEW, BERT"}


def test_the_open_image_replaced_before_its_small_picture_is_made_is_opened_again(room: Room) -> None:
    room.open()
    overwrite(room)
    room.view.calls.clear()
    room.room.worklist.want_thumbnail(room.listed().key)
    room.jobs.release_all()
    room.assert_only_the_new_one_is_shown()


@every_way
def test_findings_of_a_image_replaced_while_it_is_scored_reach_no_row(room: Room, replace: Replace) -> None:
    room.room.open_paths((room.folder,))
    room.jobs.release("scan")
    room.jobs.release("image")
    old = room.listed().key
    late = room.jobs.newest["findings"]
    replace(room)
    room.view.calls.clear()
    room.room.open_paths((room.folder,))
    room.jobs.release("scan")
    late()  # a runner that delivers too late all the same
    room.room.worklist.status(old, ImageStatus("9 flagged", flagged=True))
    assert room.room.worklist._status == {}
    assert not any(isinstance(args[0], Shown) for name, args in room.view.calls if name == "show_findings")
    room.jobs.release_all()
    room.assert_only_the_new_one_is_shown()


def test_the_same_pixels_of_a_child_are_not_answered_from_memory(room: Room) -> None:
    room.open()
    assert len(room.scorer.ran) == 1
    room.path.write_bytes(content(OLD, DARK, PatientAge="004Y"))
    room.open()
    assert len(room.scorer.ran) == 2  # asked again: what a head answers also depends on the header


def test_a_file_replaced_by_no_image_takes_its_row_and_its_picture_with_it(room: Room) -> None:
    room.list_only()
    room.room.worklist.select(room.listed().key)
    room.jobs.release_all()
    room.path.write_bytes(b"a shopping list" * 20)
    room.view.calls.clear()
    room.room.worklist.select(room.listed().key)
    room.jobs.release_all()
    title, message = room.view.last("show_failure")
    assert title == "The open film is no longer there"
    assert message.startswith("This file is neither")
    assert room.room.image.image is None
    assert "OLD, ANNA" not in [r.title for r in room.rows]
    assert [s.path for s in room.room.worklist.skipped] == [room.path]


def test_a_damaged_file_in_its_place_is_not_shown_under_the_older_name(room: Room) -> None:
    room.list_only()
    room.path.write_bytes(content(NEW, BRIGHT)[:-4000])
    room.view.calls.clear()
    room.room.worklist.select(room.listed().key)
    room.jobs.release_all()
    assert "ANNA" not in repr([a for n, a in room.view.calls if n == "show_identity"])
    assert "NEW, BERT" in [r.title for r in room.rows]


def test_a_deleted_file_is_called_deleted(room: Room) -> None:
    room.list_only()
    room.path.unlink()
    room.room.worklist.select(room.listed().key)
    room.jobs.release_all()
    assert "deleted" in room.view.last("show_failure")[1]
    assert room.view.last("show_row").state == "file deleted or moved"
    assert room.room.findings._state().message.startswith("This file does not exist any more")


def test_a_deleted_file_leaves_the_list_when_its_folder_is_opened_again(room: Room) -> None:
    room.list_only()
    room.path.unlink()
    room.open()
    assert "OLD, ANNA" not in [r.title for r in room.rows]
    assert {s.path.name: s.reason for s in room.room.worklist.skipped} == {
        "a": "The file or folder is no longer there."
    }


def test_a_file_that_was_only_touched_is_read_again_without_a_word(room: Room) -> None:
    room.open()
    room.path.chmod(0o600)
    room.open()
    assert room.view.last("show_notes") == ()
    assert "changed" not in room.view.last("show_scan").text
    assert room.row().state == "2 flagged"


def test_a_file_replaced_by_a_copy_of_another_keeps_no_older_name(room: Room) -> None:
    room.list_only()
    room.path.write_bytes((room.folder / "0").read_bytes())
    room.open()
    assert "OLD, ANNA" not in [r.title for r in room.rows]


def test_an_answer_about_another_picture_is_not_remembered_for_this_one(room: Room) -> None:
    room.scorer.answers = {open_image(room.path).radiograph.key: prediction(key="another")}
    room.open()
    assert not any(isinstance(args[0], Shown) for name, args in room.view.calls if name == "show_findings")
