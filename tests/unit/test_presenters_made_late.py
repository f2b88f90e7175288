"""What a reading room makes after the picture of a launch, or when it is first used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cxrviewer.reading.document import Edit, SetImpression
from tests.unit.test_presenters_viewports import Room


class NothingHangs(Room):
    """Nothing asks the library before the test does."""

    def begin(self) -> None:
        self.run("viewport.hang_priors")
        self.room.hangs.hold()  # as a launch does until its first picture
        super().begin()


def test_a_timeline_that_could_not_be_made_is_made_whole_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = NothingHangs(tmp_path, library=tmp_path / "home").room
    listeners = len(room.privacy._listeners)

    def fails(*_: Any, **__: Any) -> None:
        raise ImportError("the program was replaced while it ran")

    with monkeypatch.context() as broken:
        broken.setattr("cxrviewer.presenters.library.LibraryPresenter", fails)
        with pytest.raises(ImportError):
            room.complete()
    assert len(room.privacy._listeners) == listeners  # nothing of it is left behind
    room.complete()
    assert room.library is not None and room.timeline._library is room.library
    assert [listed.entry for listed in room.timeline.images if listed.entry] == [room.viewports.active.entry]


def test_what_is_made_late_is_about_the_image_that_is_shown_already(tmp_path: Path) -> None:
    fixture = Room(tmp_path)
    room = fixture.room
    shown = room.annotations.shown
    assert shown is not None and shown[0].instance
    shown[1].do(Edit("impression", (SetImpression("", "normal"),), "impression 1"))
    report = room.paperwork.report.report()
    assert report is not None and report.impression == "normal"
    room.worklist.step(1)
    fixture.jobs.release_all()
    assert room.paperwork.report._image == room.annotations.image != shown[0]


def test_identity_hidden_before_it_is_made_stays_hidden_and_is_followed_from_then_on(tmp_path: Path) -> None:
    fixture = Room(tmp_path, library=tmp_path / "home")
    fixture.run("view.hide_identity")
    fixture.run("view.timeline")  # makes it, and shows it
    (item,) = fixture.views.timeline_view.last("show_timeline").items
    assert item.title == "Study 1"
    fixture.run("view.hide_identity")
    (item,) = fixture.views.timeline_view.last("show_timeline").items
    assert item.title != "Study 1"
