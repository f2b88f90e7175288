"""Drawing, moving, undo and saving, without Qt."""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import Registry
from cxrviewer.imaging.outline import OutlineNet
from cxrviewer.imaging.radiograph import PixelSpacing, Radiograph, SpacingKind
from cxrviewer.presenters import region_numbers as numbers_module
from cxrviewer.presenters.annotations import (
    NOT_PROPOSED,
    OTHER_PICTURE,
    PROPOSED,
    REDONE_ELSEWHERE,
    UNDONE_ELSEWHERE,
    AnnotationsPresenter,
    Drawn,
    Grip,
    Requested,
)
from cxrviewer.presenters.images import OpenedImage
from cxrviewer.presenters.readings import READ_ONLY, SAVED_AGAIN, Readings, image_ref, journal_name
from cxrviewer.reading import journal as journals
from cxrviewer.reading import proposal
from cxrviewer.reading.annotations import (
    Angle,
    Calibration,
    CalibrationKind,
    CardiothoracicRatio,
    CobbAngle,
    Length,
    ManualCalibration,
    Polygon,
    Text,
    points_of,
)
from cxrviewer.reading.document import Edit, SetImpression
from cxrviewer.reading.journal import read
from cxrviewer.reading.kinds import TOOLS, Scale
from cxrviewer.reading.proposal import Doubt
from cxrviewer.reading.screen import ScreenImage
from cxrviewer.reading.snapping import Snapping, straight
from cxrviewer.reading.values import Point, ViewState, WindowGrey
from cxrviewer.studies.library import ImageEntry
from tests.fakes import HeldJobs, Recorder, fake_image, header

KEYS = itertools.count()
ONE = Scale(1, 1)
P = Point


def opened(radiograph: Radiograph | None = None, *, number: int = 1, **identity: Any) -> OpenedImage:
    radiograph = fake_image() if radiograph is None else radiograph
    head = header(number=number, **identity)
    return OpenedImage(ImageEntry(Path("a"), head), head, radiograph, ScreenImage.of(radiograph))


@dataclass
class Fixture:
    """One canvas over a folder of journals; jobs and timers run when told."""

    folder: Path | None
    view: Recorder = field(default_factory=Recorder)
    jobs: HeldJobs = field(default_factory=HeldJobs)
    notified: list[str] = field(default_factory=list)
    timers: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.facts, self.snapping = Registry(()), Snapping()
        self.readings = Readings(self.folder, self.jobs, self.notified.append, lambda _, call: self.timers.append(call))
        self.presenter = AnnotationsPresenter(
            self.view,
            self.readings,
            notify=self.notified.append,
            facts=self.facts,
            jobs=self.jobs,
            later=lambda _, call: self.timers.append(call),
            snapping=self.snapping,
            new_key=lambda: f"key {next(KEYS)}",
        )

    def open(self, fake_image: OpenedImage | None = None) -> ViewState | None:
        seen = self.presenter.recall(opened() if fake_image is None else fake_image)
        self.presenter.show()
        return seen

    def drag(self, start: Point, *places: Point) -> None:
        self.presenter.press(start, ONE)
        for place in places:
            self.presenter.move(place, ONE)
        self.presenter.release(places[-1] if places else start, ONE)

    def draw(self, start: Point, end: Point) -> None:
        self.presenter.use(TOOLS["length"])
        self.drag(start, end)
        self.presenter.use(None)

    def settle(self) -> None:
        """Let timers and jobs run."""
        self.jobs.call_posted()
        while self.timers:
            self.timers.pop(0)()
        self.jobs.release_all()

    @property
    def lines(self) -> list[tuple[Point, ...]]:
        """What is on the canvas, the selected annotation last."""
        resting, live = self.view.last("show_annotations")
        return [drawn.drawing.lines[0] for drawn in (*resting, *([] if live is None else [live]))]

    @property
    def live(self) -> Drawn | None:
        live: Drawn | None = self.view.last("show_annotations")[1]
        return live


Maker = Callable[[Path | None], Fixture]


@pytest.fixture
def make() -> Iterator[Maker]:
    """Return a maker of desks whose journals are closed at the end."""
    made: list[Fixture] = []

    def one(folder: Path | None) -> Fixture:
        made.append(Fixture(folder))
        return made[-1]

    yield one
    for fixture in made:
        fixture.readings.close()


@pytest.fixture
def fixture(make: Maker, tmp_path: Path) -> Fixture:
    made = make(tmp_path)
    made.open()
    return made


def test_a_drag_draws_a_length_with_the_calibration_of_the_image(fixture: Fixture) -> None:
    fixture.open(opened(replace(fake_image(), spacing=PixelSpacing(0.5, 0.5, SpacingKind.DETECTOR))))
    fixture.presenter.use(TOOLS["length"])
    fixture.presenter.press(P(10, 10), ONE)
    fixture.presenter.move(P(40, 50), ONE)
    assert fixture.live is not None and fixture.live.sketch
    assert fixture.live.drawing.label == "25.0 mm at the detector plane"
    fixture.presenter.release(P(40, 50), ONE)
    assert fixture.lines == [(P(10, 10), P(40, 50))]
    assert fixture.live is not None and not fixture.live.sketch and fixture.live.selected


def test_two_clicks_draw_it_too_with_a_rubber_band_between(fixture: Fixture) -> None:
    fixture.presenter.use(TOOLS["length"])
    fixture.drag(P(10, 10))
    fixture.presenter.move(P(80, 90), ONE)
    assert fixture.lines == [(P(10, 10), P(80, 90))]
    fixture.drag(P(100, 10))
    assert fixture.lines == [(P(10, 10), P(100, 10))]
    assert fixture.live is not None and not fixture.live.sketch


def test_one_drag_of_an_end_is_one_step(fixture: Fixture) -> None:
    fixture.draw(P(10, 10), P(100, 10))
    fixture.drag(P(98, 12), P(120, 40), P(150, 80), P(148, 82))  # grabbed 2 beside the end: no jump
    assert fixture.lines == [(P(10, 10), P(150, 80))]
    fixture.presenter.undo()
    assert fixture.lines == [(P(10, 10), P(100, 10))]
    fixture.presenter.undo()
    assert fixture.lines == []
    fixture.presenter.redo()
    fixture.presenter.redo()
    assert fixture.lines == [(P(10, 10), P(150, 80))]


def test_the_line_moves_the_whole_and_never_out_of_the_image(fixture: Fixture) -> None:
    fixture.draw(P(10, 10), P(100, 10))
    fixture.drag(P(50, 12), P(60, 32))
    assert fixture.lines == [(P(20, 30), P(110, 30))]
    fixture.drag(P(50, 30), P(1000, 30))  # the image has 300 columns
    assert fixture.lines == [(P(210, 30), P(300, 30))]


def test_what_is_drawn_to_the_edge_is_written_as_it_is_read_back(fixture: Fixture) -> None:
    fixture.draw(P(10.0, 10.0), P(1000.0, 1000.0))
    fixture.settle()
    shown = fixture.presenter.shown
    assert shown is not None and fixture.folder is not None
    there = read((fixture.folder / shown[1].name).read_bytes()).document.reading
    assert msgspec.json.encode(shown[1].reading.as_edit()) == msgspec.json.encode(there.as_edit())


def test_what_rests_stays_the_same_object_while_one_is_dragged(fixture: Fixture) -> None:
    fixture.draw(P(10, 10), P(100, 10))
    fixture.draw(P(10, 50), P(100, 50))
    fixture.presenter.press(P(50, 50), ONE)
    fixture.view.calls.clear()
    for row in range(51, 60):
        fixture.presenter.move(P(50, row), ONE)
    resting = [args[0] for name, args in fixture.view.calls if name == "show_annotations"]
    assert len(resting) == 9 and all(one is resting[0] for one in resting)


def test_escape_cancels_drawing_and_dragging_and_then_deselects(fixture: Fixture) -> None:
    fixture.presenter.use(TOOLS["length"])
    fixture.presenter.press(P(10, 10), ONE)
    assert fixture.presenter.escape()
    fixture.presenter.release(P(90, 90), ONE)
    assert fixture.lines == []
    fixture.draw(P(10, 10), P(100, 10))
    fixture.presenter.press(P(100, 10), ONE)
    fixture.presenter.move(P(200, 200), ONE)
    assert fixture.presenter.escape()
    fixture.presenter.release(P(200, 200), ONE)
    assert fixture.lines == [(P(10, 10), P(100, 10))]
    assert fixture.presenter.escape()
    assert not fixture.presenter.selected
    assert not fixture.presenter.escape()


def test_delete_requests_nothing_and_undo_brings_it_back(fixture: Fixture) -> None:
    fixture.draw(P(10, 10), P(100, 10))
    assert Fact.ANNOTATION in fixture.facts.facts
    fixture.presenter.delete()
    assert fixture.lines == []
    assert Fact.ANNOTATION not in fixture.facts.facts and Fact.UNDO in fixture.facts.facts
    fixture.presenter.undo()
    assert fixture.lines == [(P(10, 10), P(100, 10))]
    assert Fact.REDO in fixture.facts.facts


def test_a_run_of_nudges_is_one_step(fixture: Fixture) -> None:
    fixture.draw(P(10, 10), P(100, 10))
    fixture.drag(P(100, 10))  # a click selects the end
    for _ in range(3):
        fixture.presenter.nudge(0.5, 0)
    assert fixture.lines == [(P(10, 10), P(101.5, 10))]
    fixture.presenter.undo()
    assert fixture.lines == [(P(10, 10), P(100, 10))]
    fixture.drag(P(50, 10))  # the line: all of it
    fixture.presenter.nudge(0, 5)
    assert fixture.lines == [(P(10, 15), P(100, 15))]


def test_the_window_tool_keeps_gestures_beside_annotations(fixture: Fixture) -> None:
    fixture.draw(P(10, 10), P(100, 10))
    assert fixture.presenter.press(P(200, 200), ONE) is False
    assert not fixture.presenter.selected
    fixture.presenter.move(P(100, 10), ONE)
    assert fixture.view.last("show_grip") is Grip.HANDLE
    fixture.presenter.move(P(50, 11), ONE)
    assert fixture.view.last("show_grip") is Grip.LINE
    fixture.presenter.move(P(50, 60), ONE)
    assert fixture.view.last("show_grip") is Grip.NONE


def test_annotations_belong_to_their_image(fixture: Fixture) -> None:
    fixture.draw(P(10, 10), P(100, 10))
    fixture.open(opened(number=2))
    assert fixture.lines == []
    fixture.open()
    assert fixture.lines == [(P(10, 10), P(100, 10))]


def test_undo_of_what_is_on_another_image_is_said(fixture: Fixture) -> None:
    fixture.draw(P(10, 10), P(100, 10))
    fixture.open(opened(number=2))
    fixture.draw(P(20, 20), P(100, 20))
    fixture.notified.clear()
    fixture.presenter.undo()
    assert fixture.notified == []  # it is seen
    fixture.presenter.undo()
    assert fixture.notified == [UNDONE_ELSEWHERE]
    fixture.presenter.redo()
    assert fixture.notified == [UNDONE_ELSEWHERE, REDONE_ELSEWHERE]
    fixture.presenter.redo()
    assert len(fixture.notified) == 2 and fixture.lines == [(P(20, 20), P(100, 20))]
    fixture.open()
    assert fixture.lines == [(P(10, 10), P(100, 10))]


def test_the_reading_comes_back_after_the_program_ends_with_its_history(make: Maker, tmp_path: Path) -> None:
    first = make(tmp_path)
    first.open()
    first.draw(P(10, 10), P(100, 10))
    first.drag(P(100, 10), P(120, 40))
    first.presenter.undo()
    # Nothing is closed: what is there is what a kill would leave.
    (tmp_path / "copy").mkdir()
    name = journal_name(image_ref(opened()))
    (tmp_path / "copy" / name).write_bytes((tmp_path / name).read_bytes())
    second = make(tmp_path / "copy")
    second.open()
    assert second.lines == [(P(10, 10), P(100, 10))]
    second.presenter.redo()
    assert second.lines == [(P(10, 10), P(120, 40))]


def test_the_view_comes_back_and_undo_leaves_it_alone(make: Maker, tmp_path: Path) -> None:
    view = ViewState(WindowGrey(100, 50), quarter_turns=1, flipped=True)
    first = make(tmp_path)
    assert first.open() is None
    first.draw(P(10, 10), P(100, 10))
    for width in (90, 70, 50):
        first.presenter.look(replace_width(view, width))
    first.settle()
    first.presenter.undo()
    first.readings.close()
    second = make(tmp_path)
    assert second.open() == view
    assert second.lines == []
    name = journal_name(image_ref(opened()))
    # Hundreds of changes on the way are one line.
    assert (tmp_path / name).read_bytes().count(b'"note"') == 2  # the view, and the pixels drawn on


def replace_width(view: ViewState, width: float) -> ViewState:
    return ViewState(WindowGrey(100, width), view.inverted, view.quarter_turns, view.flipped)


def test_looking_alone_leaves_no_file(make: Maker, tmp_path: Path) -> None:
    fixture = make(tmp_path)
    fixture.open()
    fixture.presenter.look(ViewState())
    fixture.settle()
    fixture.readings.close()
    assert list(tmp_path.iterdir()) == []


def test_names_of_files_tell_nobody_whose_they_are(make: Maker, tmp_path: Path) -> None:
    fixture = make(tmp_path)
    fixture.open(opened(study_uid="1.2.840.99", patient_id="12345"))
    fixture.draw(P(10, 10), P(100, 10))
    (path,) = tmp_path.iterdir()
    assert path.suffix == ".reading" and len(path.stem) == 40
    assert "1.2.840" not in path.name and "12345" not in path.name
    assert b"12345" not in path.read_bytes() and b"PHANTOM" not in path.read_bytes().replace(b"PHANTOM^ONE.1", b"")


def test_every_edit_is_written_at_once_and_synced_in_the_background(fixture: Fixture, tmp_path: Path) -> None:
    fixture.draw(P(10, 10), P(100, 10))
    name = journal_name(image_ref(opened()))
    assert b'"annotation"' in (tmp_path / name).read_bytes()
    assert fixture.jobs.submitted.count(f"sync {name}") == 1
    fixture.drag(P(100, 10), P(120, 40))  # while the first job has not run
    fixture.jobs.release_all()
    assert fixture.jobs.submitted.count(f"sync {name}") == 2


def test_a_second_window_may_look_but_not_draw(make: Maker, fixture: Fixture, tmp_path: Path) -> None:
    fixture.draw(P(10, 10), P(100, 10))
    other = make(tmp_path)
    other.open()
    assert other.notified == [READ_ONLY]
    assert other.lines == [(P(10, 10), P(100, 10))]
    other.notified.clear()
    other.draw(P(10, 50), P(100, 50))
    other.drag(P(100, 10), P(200, 200))
    other.presenter.delete()
    assert other.lines == [(P(10, 10), P(100, 10))]
    assert set(other.notified) == {READ_ONLY}
    fixture.presenter.close()
    third = make(tmp_path)
    third.open()
    third.draw(P(10, 50), P(100, 50))
    assert third.notified == [] and len(third.lines) == 2


def test_two_windows_that_find_nothing_and_then_draw(make: Maker, fixture: Fixture, tmp_path: Path) -> None:
    other = make(tmp_path)
    other.open()
    fixture.draw(P(10, 10), P(100, 10))
    other.draw(P(10, 50), P(100, 50))
    assert set(other.notified) == {READ_ONLY}
    assert other.lines == [(P(10, 10), P(100, 10))]


def test_a_disk_that_fails_is_told_of_once_and_nothing_is_lost_when_it_works_again(
    make: Maker, fixture: Fixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixture.draw(P(10, 10), P(100, 10))

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as broken:
        broken.setattr(journals.Journal, "_cut", full)
        broken.setattr(os, "replace", full)
        fixture.draw(P(10, 50), P(100, 50))
        fixture.draw(P(10, 90), P(100, 90))
        fixture.presenter.undo()
        assert len(fixture.notified) == 1 and fixture.notified[0].startswith(
            "What you draw in this study cannot be saved: "
        )
        assert "full" in fixture.notified[0]
        fixture.open(opened(number=2, study="2"))
        fixture.open()
        assert fixture.lines == [(P(10, 10), P(100, 10)), (P(10, 50), P(100, 50))]
    fixture.draw(P(10, 130), P(100, 130))
    assert fixture.notified[1:] == [SAVED_AGAIN]
    fixture.readings.close()
    again = make(tmp_path)
    again.open()
    assert sorted(again.lines, key=lambda line: line[0].row) == [
        (P(10, row), P(100, row)) for row in (10.0, 50.0, 130.0)
    ]


def test_a_reading_that_cannot_be_read_is_never_overwritten(
    make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make(tmp_path)
    first.open()
    first.draw(P(10, 10), P(100, 10))
    first.readings.close()
    with monkeypatch.context() as broken:

        def denied(*_: object, **__: object) -> None:
            raise PermissionError(errno.EACCES, "denied")

        broken.setattr("builtins.open", denied)
        second = make(tmp_path)
        second.open()
        second.draw(P(10, 50), P(100, 50))
    assert len(second.notified) == 1
    assert second.lines == [(P(10, 50), P(100, 50))]
    second.settle()  # it can be read again
    assert second.notified[1:] == [SAVED_AGAIN]
    both = [(P(10, 10), P(100, 10)), (P(10, 50), P(100, 50))]
    assert sorted(second.lines, key=lambda line: line[0].row) == both
    second.readings.close()
    third = make(tmp_path)
    third.open()
    assert sorted(third.lines, key=lambda line: line[0].row) == both


def test_what_a_full_disk_has_not_taken_is_saved_without_another_edit(
    make: Maker, fixture: Fixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as broken:
        broken.setattr(journals.Journal, "_cut", full)
        broken.setattr(os, "replace", full)
        fixture.draw(P(10, 10), P(100, 10))
        assert not fixture.readings.save_now()
        fixture.timers.pop()()  # tried again, and again in vain
        assert len(fixture.notified) == 1
    fixture.timers.pop()()
    assert fixture.notified[1:] == [SAVED_AGAIN] and fixture.readings.save_now()
    fixture.readings.close()
    again = make(tmp_path)
    again.open()
    assert again.lines == [(P(10, 10), P(100, 10))]


def test_a_system_that_lets_no_file_grow_loses_nothing(make: Maker, fixture: Fixture, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    fixture.draw(P(10, 10), P(100, 10))
    size = max(file.stat().st_size for file in tmp_path.iterdir())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40, before[1]))  # the next line fits in part
    try:
        fixture.draw(P(10, 50), P(100, 50))
        fixture.timers.pop()()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(fixture.notified) == 1 and "disk is full" in fixture.notified[0]
    left = read((tmp_path / journal_name(image_ref(opened()))).read_bytes())
    assert left.damaged == 0 and len(left.document.reading.annotations) == 1  # as before, and whole
    fixture.timers.pop()()
    assert fixture.notified[1:] == [SAVED_AGAIN]
    fixture.readings.close()
    again = make(tmp_path)
    again.open()
    assert len(again.lines) == 2


def test_what_a_full_disk_has_not_taken_is_saved_when_the_program_ends(
    make: Maker, fixture: Fixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as broken:
        broken.setattr(journals.Journal, "_cut", full)
        broken.setattr(os, "replace", full)
        fixture.draw(P(10, 10), P(100, 10))
    fixture.readings.close()
    again = make(tmp_path)
    again.open()
    assert again.lines == [(P(10, 10), P(100, 10))]


def test_typing_after_a_restart_is_a_step_of_its_own(make: Maker, tmp_path: Path) -> None:
    for number, text in enumerate(("one", "one two")):
        sitting = make(tmp_path)
        sitting.open()
        shown = sitting.presenter.shown
        assert shown is not None
        before = shown[1].reading.impression
        assert before == ("", "one")[number]
        # Spells are counted from 0 by every window.
        shown[1].do(Edit("impression", (SetImpression(before, text),), "impression 0"))
        if number:
            shown[1].undo()
            assert shown[1].reading.impression == "one"
        sitting.readings.close()


def test_other_pixels_under_the_same_identifier_are_told(fixture: Fixture) -> None:
    fixture.draw(P(10, 10), P(100, 10))
    fixture.open(opened(fake_image(key="film-b")))
    assert fixture.notified == [OTHER_PICTURE]


def test_images_without_identifiers_are_told_apart_by_their_pixels(fixture: Fixture) -> None:
    anonymous: dict[str, Any] = {"study_uid": "", "series_uid": "", "sop_instance_uid": ""}
    fixture.open(opened(**anonymous))
    fixture.draw(P(10, 10), P(100, 10))
    other = fake_image(codes=fake_image().codes[:, ::-1].copy())
    fixture.open(opened(other, **anonymous))
    assert fixture.lines == []
    fixture.open(opened(**anonymous))
    assert fixture.lines == [(P(10, 10), P(100, 10))]
    assert image_ref(opened(**anonymous)).surrogate


def test_without_a_folder_everything_works_in_memory(make: Maker) -> None:
    fixture = make(None)
    fixture.open()
    fixture.draw(P(10, 10), P(100, 10))
    fixture.presenter.look(ViewState(inverted=True))
    fixture.settle()
    fixture.presenter.undo()
    assert fixture.lines == [] and fixture.notified == []


def shapes(fixture: Fixture) -> list[Any]:
    shown = fixture.presenter.shown
    assert shown is not None
    return [one.shape for one in shown[1].reading.annotations.values()]


def click(fixture: Fixture, *places: Point) -> None:
    for place in places:
        fixture.drag(place)


def requested(fixture: Fixture) -> Requested:
    question = fixture.view.last("show_question")
    assert isinstance(question, Requested)
    return question


def test_an_angle_takes_three_clicks_and_says_what_comes_next(fixture: Fixture) -> None:
    fixture.presenter.use(TOOLS["angle"])
    click(fixture, P(110, 100))
    assert fixture.view.last("show_hint") == "Click the apex; Escape cancels"
    click(fixture, P(100, 100), P(100, 130))
    assert shapes(fixture) == [Angle(P(110, 100), P(100, 100), P(100, 130))]
    assert fixture.live is not None and fixture.live.drawing.label == "90.0°"
    assert fixture.view.last("show_hint") == "Click the end of the first side"
    fixture.presenter.use(None)
    assert fixture.view.last("show_hint") == ""


def test_two_lines_are_drawn_by_two_drags_or_by_four_clicks(fixture: Fixture) -> None:
    expected = CobbAngle(P(10, 10), P(60, 10), P(10, 50), P(60, 90))
    fixture.presenter.use(TOOLS["cobb"])
    fixture.drag(P(10, 10), P(60, 10))
    fixture.drag(P(10, 50), P(40, 70), P(60, 90))
    assert shapes(fixture) == [expected]
    fixture.presenter.delete()
    click(fixture, P(10, 10), P(60, 10), P(10, 50), P(60, 90))
    assert shapes(fixture) == [expected]


@pytest.mark.parametrize("end", ["first corner", "enter", "double click"])
def test_a_polygon_is_closed_in_three_ways(fixture: Fixture, end: str) -> None:
    fixture.presenter.use(TOOLS["polygon"])
    click(fixture, P(10, 10), P(60, 10), P(60, 60), P(10, 60))
    if end == "first corner":
        click(fixture, P(12, 11))
    elif end == "enter":
        assert fixture.presenter.enter(P(0, 0), ONE)
    else:
        click(fixture, P(11, 60))
    assert shapes(fixture) == [Polygon((P(10, 10), P(60, 10), P(60, 60), P(10, 60)))]


def test_undo_and_backspace_take_back_the_last_point_while_drawing(fixture: Fixture) -> None:
    fixture.presenter.use(TOOLS["polygon"])
    click(fixture, P(10, 10), P(60, 10), P(200, 200))
    fixture.presenter.undo()
    click(fixture, P(60, 60), P(10, 60))
    assert fixture.presenter.take_back()
    click(fixture, P(20, 60))
    fixture.presenter.enter(P(0, 0), ONE)
    assert shapes(fixture) == [Polygon((P(10, 10), P(60, 10), P(60, 60), P(20, 60)))]
    click(fixture, P(150, 150))
    fixture.presenter.undo()
    assert not fixture.presenter.sketching and len(shapes(fixture)) == 1
    fixture.presenter.undo()
    assert shapes(fixture) == []


def test_enter_with_too_few_points_keeps_the_drawing(fixture: Fixture) -> None:
    fixture.presenter.use(TOOLS["polygon"])
    click(fixture, P(10, 10), P(60, 10))
    fixture.presenter.enter(P(0, 0), ONE)
    assert fixture.presenter.sketching and shapes(fixture) == []


@pytest.mark.parametrize("name", [name for name, tool in TOOLS.items() if tool.question is None])
def test_a_key_alone_places_an_annotation_in_the_middle(fixture: Fixture, name: str) -> None:
    fixture.presenter.use(TOOLS[name])
    assert fixture.presenter.enter(P(150, 200), ONE)
    (shape,) = shapes(fixture)
    points = points_of(shape)
    assert len(set(points)) == TOOLS[name].least
    assert sum(p.column for p in points) / len(points) == pytest.approx(150, abs=1e-6)


def test_enter_places_what_was_chosen_last_beside_an_annotation_that_was_just_placed(fixture: Fixture) -> None:
    fixture.presenter.use(TOOLS["length"])
    assert fixture.presenter.enter(P(150, 200), ONE)
    fixture.presenter.use(TOOLS["angle"])
    assert fixture.presenter.enter(P(150, 200), ONE)
    assert [type(shape) for shape in shapes(fixture)] == [Length, Angle]


def test_a_text_is_requested_for_where_it_begins_and_an_empty_one_is_none(fixture: Fixture) -> None:
    fixture.presenter.use(TOOLS["text"])
    click(fixture, P(50, 60))
    question = requested(fixture)
    assert (question.words, question.now, question.at) == ("Text", "", P(50, 60))
    assert question.answer("  ") == "Type at least one character."
    assert shapes(fixture) == []
    assert question.answer("old fracture ") == ""
    assert shapes(fixture) == [Text(P(50, 60), "old fracture")]
    assert fixture.view.last("show_question") is None
    fixture.presenter.use(None)
    assert Fact.ANNOTATION_TEXT in fixture.facts.facts
    fixture.presenter.edit_text()
    assert requested(fixture).now == "old fracture"
    assert requested(fixture).answer("new fracture") == ""
    assert shapes(fixture) == [Text(P(50, 60), "new fracture")]
    fixture.presenter.undo()
    assert shapes(fixture) == [Text(P(50, 60), "old fracture")]


def test_escape_gives_up_a_question_and_what_it_is_about(fixture: Fixture) -> None:
    fixture.presenter.use(TOOLS["text"])
    click(fixture, P(50, 60))
    assert fixture.presenter.escape()
    assert fixture.view.last("show_question") is None and shapes(fixture) == []


def test_a_press_beside_a_question_answers_it_instead_of_losing_it(fixture: Fixture) -> None:
    fixture.presenter.use(TOOLS["text"])
    click(fixture, P(50, 60))
    assert fixture.presenter.press(P(200, 200), ONE)
    assert "submit_question" in fixture.view.names()
    fixture.presenter.release(P(200, 200), ONE)
    fixture.view.calls.clear()
    fixture.presenter.close()
    assert fixture.view.names()[0] == "submit_question"


def calibrate(fixture: Fixture, start: Point, end: Point, text: str) -> None:
    fixture.presenter.use(TOOLS["calibrate"])
    fixture.drag(start, end)
    assert requested(fixture).answer(text) == ""
    fixture.presenter.use(None)


def test_a_line_of_known_length_calibrates_what_is_there_and_what_comes(fixture: Fixture) -> None:
    fixture.open(opened(replace(fake_image(), spacing=PixelSpacing(0.2, 0.1, SpacingKind.DETECTOR))))
    fixture.draw(P(10, 10), P(110, 10))
    own = Calibration(CalibrationKind.DETECTOR, 0.1, 0.2)
    # 50 columns are 10 mm: 0.2 mm each; a pixel stays twice as high as it is wide.
    mine = Calibration(CalibrationKind.USER, 0.2, 0.4)
    calibrate(fixture, P(10, 200), P(60, 200), "10")
    assert shapes(fixture)[0] == Length(P(10, 10), P(110, 10), mine)
    fixture.draw(P(10, 300), P(10, 350))
    assert shapes(fixture)[2].calibration == mine
    assert fixture.live is not None and fixture.live.drawing.label == "20.0 mm, user-calibrated"
    fixture.presenter.undo()
    fixture.presenter.undo()
    assert shapes(fixture) == [Length(P(10, 10), P(110, 10), own)]
    fixture.presenter.redo()
    assert shapes(fixture)[0].calibration == mine


def test_a_known_length_dragged_or_typed_anew_changes_all_lengths_and_its_deletion_too(fixture: Fixture) -> None:
    fixture.draw(P(10, 10), P(110, 10))
    calibrate(fixture, P(10, 200), P(60, 200), "10")
    fixture.drag(P(60, 200), P(110, 200))  # 100 columns now
    assert shapes(fixture)[0].calibration.column == pytest.approx(0.1)
    fixture.presenter.edit_text()
    assert requested(fixture).now == "10" and requested(fixture).answer("30") == ""
    assert shapes(fixture)[0].calibration.column == pytest.approx(0.3)
    fixture.presenter.delete()
    assert shapes(fixture) == [Length(P(10, 10), P(110, 10))]


def test_a_second_known_length_replaces_the_first(fixture: Fixture) -> None:
    fixture.draw(P(10, 10), P(110, 10))
    calibrate(fixture, P(10, 200), P(60, 200), "10")
    calibrate(fixture, P(10, 300), P(60, 300), "20")
    assert shapes(fixture) == [
        Length(P(10, 10), P(110, 10), Calibration(CalibrationKind.USER, 0.4, 0.4)),
        ManualCalibration(P(10, 300), P(60, 300), 20.0),
    ]
    fixture.presenter.undo()
    assert shapes(fixture)[0].calibration.column == pytest.approx(0.2)


def test_the_ends_of_a_known_length_never_meet(fixture: Fixture) -> None:
    calibrate(fixture, P(10, 200), P(60, 200), "10")
    fixture.drag(P(60, 200), P(30, 200), P(10, 200))
    assert shapes(fixture) == [ManualCalibration(P(10, 200), P(60, 200), 10.0)]


def test_tab_goes_through_the_annotations_and_then_on(fixture: Fixture) -> None:
    assert not fixture.presenter.step(1)
    for row in (10, 50, 90):
        fixture.draw(P(10, row), P(100, row))
    fixture.presenter.escape()
    rows = []
    while fixture.presenter.step(1):
        assert fixture.live is not None
        rows.append(fixture.live.drawing.handles[0].row)
    assert rows == [10, 50, 90] and not fixture.presenter.selected
    assert fixture.presenter.step(-1)
    assert fixture.live is not None and fixture.live.drawing.handles[0].row == 90


def test_points_are_chosen_with_a_key_and_moved_with_the_arrows(fixture: Fixture) -> None:
    fixture.draw(P(10, 10), P(100, 10))
    for handle in (0, 1, None, 0, 1):
        assert fixture.presenter.step_point(1)
        assert fixture.live is not None and fixture.live.handle == handle
    fixture.presenter.nudge(3, 4)
    assert shapes(fixture) == [Length(P(10, 10), P(103, 14))]
    fixture.presenter.step_point(-1)
    fixture.presenter.nudge(1, 0)
    assert shapes(fixture) == [Length(P(11, 10), P(103, 14))]
    fixture.presenter.undo()
    assert shapes(fixture) == [Length(P(10, 10), P(103, 14))]


def label(fixture: Fixture) -> str:
    assert fixture.live is not None
    return fixture.live.drawing.label


def test_values_of_a_region_come_from_a_job_and_only_for_its_own_outline(fixture: Fixture) -> None:
    codes = np.full((400, 300), 100, np.uint16)
    codes[:, 150:] = 200
    fixture.open(opened(fake_image(codes=codes)))
    fixture.draw(P(10, 300), P(50, 300))
    fixture.presenter.use(TOOLS["rectangle"])
    fixture.drag(P(100, 100), P(120, 110))
    fixture.presenter.use(None)
    assert label(fixture) == "200 px², not calibrated\n—"
    assert Fact.REGION not in fixture.facts.facts
    fixture.jobs.release("values")
    assert label(fixture) == "200 px², not calibrated\nmean 100, SD 0, 100 to 100 (no unit)"
    assert Fact.REGION in fixture.facts.facts
    fixture.timers.clear()
    fixture.presenter.press(P(110, 100), ONE)  # its upper side: all of it
    for column in range(111, 190):
        fixture.presenter.move(P(column, 100), ONE)
        assert label(fixture).endswith("\n—")  # never the number of the place before
    resting = fixture.view.last("show_annotations")[0]
    (look,) = fixture.timers  # one for all of the moves
    fixture.timers.clear()
    look()
    assert fixture.jobs.submitted.count("values") == 1  # it has moved since: nothing is computed
    (look,) = fixture.timers
    fixture.timers.clear()
    look()
    assert fixture.jobs.submitted.count("values") == 2 and not fixture.timers
    fixture.jobs.release("values")
    assert fixture.view.last("show_annotations")[0] is resting  # painting all others anew would halt the drag
    assert label(fixture).endswith("mean 200, SD 0, 200 to 200 (no unit)")
    fixture.presenter.move(P(150, 100), ONE)  # goes on: from 140 to 160
    assert label(fixture).endswith("\n—")
    fixture.presenter.release(P(150, 100), ONE)  # without a pause
    assert label(fixture).endswith("\n—")
    fixture.jobs.release("values")
    assert label(fixture).endswith("mean 150, SD 50, 100 to 200 (no unit)")
    fixture.timers[0]()  # of the drag that has ended
    assert fixture.jobs.submitted.count("values") == 3
    fixture.presenter.close()
    assert "values" not in fixture.jobs.newest


def test_values_that_cannot_be_computed_are_not_awaited_for_ever(fixture: Fixture, monkeypatch: Any) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(numbers_module, "values_in", broken)
    fixture.open()
    fixture.presenter.use(TOOLS["rectangle"])
    fixture.drag(P(100, 100), P(120, 110))
    assert label(fixture).endswith("\n—")
    fixture.jobs.release("values")
    assert label(fixture) == "200 px², not calibrated"
    assert fixture.jobs.submitted.count("values") == 1  # not again and again


def test_a_region_on_a_colour_image_has_an_area_only(fixture: Fixture) -> None:
    fixture.open(opened(fake_image(colour=True)))
    fixture.presenter.use(TOOLS["ellipse"])
    fixture.drag(P(100, 100), P(120, 110))
    fixture.settle()
    assert label(fixture) == "157 px², not calibrated"
    assert fixture.presenter.region is None


def test_a_proposed_ratio_is_marked_and_becomes_the_readers_when_touched(fixture: Fixture, monkeypatch: Any) -> None:
    calipers = CardiothoracicRatio(P(100, 100), P(200, 100), P(50, 200), P(250, 200), proposed=True)
    monkeypatch.setattr(proposal, "proposed_ratio", lambda *_: calipers)
    fixture.presenter.propose_ratio(lambda: None)  # type: ignore[arg-type, return-value]
    fixture.jobs.release("ratio")
    assert shapes(fixture) == [calipers]
    assert "proposed: check it" in label(fixture) and fixture.notified[-1] == PROPOSED
    fixture.presenter.propose_ratio(lambda: None)  # type: ignore[arg-type, return-value]
    fixture.jobs.release("ratio")
    assert len(shapes(fixture)) == 1  # the older proposal made room
    fixture.drag(P(200, 100), P(210, 100))
    assert not shapes(fixture)[0].proposed and "proposed" not in label(fixture)
    fixture.presenter.propose_ratio(lambda: None)  # type: ignore[arg-type, return-value]
    fixture.jobs.release("ratio")
    assert len(shapes(fixture)) == 2  # the reader's own stays
    for _ in range(4):
        fixture.presenter.undo()
    assert shapes(fixture) == []


def test_no_proposal_is_said_with_its_reason_and_draws_nothing(fixture: Fixture, monkeypatch: Any) -> None:
    monkeypatch.setattr(proposal, "proposed_ratio", lambda *_: Doubt.UNSURE)
    fixture.presenter.propose_ratio(lambda: None)  # type: ignore[arg-type, return-value]
    fixture.jobs.release("ratio")
    assert shapes(fixture) == [] and fixture.notified[-1] == Doubt.UNSURE.sentence

    def missing() -> OutlineNet:
        raise FileNotFoundError("outline.npz")

    monkeypatch.setattr(proposal, "proposed_ratio", lambda _, network, *__: network)
    fixture.presenter.propose_ratio(missing)
    fixture.jobs.release("ratio")
    assert fixture.notified[-1] == NOT_PROPOSED


def test_a_proposal_for_an_image_that_has_left_is_never_drawn(fixture: Fixture, monkeypatch: Any) -> None:
    monkeypatch.setattr(proposal, "proposed_ratio", lambda *_: Doubt.UNSURE)
    fixture.presenter.propose_ratio(lambda: None)  # type: ignore[arg-type, return-value]
    fixture.open(opened(number=2))
    assert "ratio" not in fixture.jobs.newest


def ends(fixture: Fixture) -> list[tuple[Point, ...]]:
    """Return the points of everything drawn, in its order."""
    shown = fixture.presenter.shown
    assert shown is not None
    return [points_of(one.shape) for one in shown[1].reading.annotations.values()]


def test_shift_keeps_a_distance_level_or_upright_whichever_is_nearer(fixture: Fixture) -> None:
    fixture.presenter.constrain(straight=True)
    fixture.draw(P(50, 60), P(150, 75))
    fixture.draw(P(50, 200), P(60, 300))
    assert ends(fixture) == [(P(50, 60), P(150, 60)), (P(50, 200), P(50, 300))]


def test_what_is_nearer_is_decided_on_the_screen_where_pixels_are_not_square() -> None:
    # 30 columns of 1 screen pixel against 20 rows of 2: on the screen the line goes down more than across.
    assert straight(P(10, 10), P(40, 30), Scale(1, 2)) == P(10, 30)
    assert straight(P(10, 10), P(40, 30), Scale(1, 1)) == P(40, 10)


def test_without_shift_nothing_is_kept_straight_and_nothing_snaps_by_default(fixture: Fixture) -> None:
    fixture.draw(P(50, 60), P(150, 75))
    fixture.draw(P(250, 300), P(152, 76))
    assert ends(fixture) == [(P(50, 60), P(150, 75)), (P(250, 300), P(152, 76))]


def test_shift_keeps_each_caliper_of_a_ratio_straight_by_itself(fixture: Fixture) -> None:
    fixture.presenter.use(TOOLS["ratio"])
    fixture.presenter.constrain(straight=True)
    fixture.drag(P(100, 100), P(200, 110))
    fixture.drag(P(50, 150), P(260, 160))
    assert ends(fixture) == [(P(100, 100), P(200, 100), P(50, 150), P(260, 150))]


def test_shift_keeps_a_dragged_end_beside_the_other_one(fixture: Fixture) -> None:
    fixture.draw(P(50, 60), P(150, 75))
    fixture.presenter.constrain(straight=True)
    fixture.drag(P(150, 75), P(180, 90))
    assert ends(fixture) == [(P(50, 60), P(180, 60))]


@pytest.mark.parametrize(("near", "snaps"), [(P(156, 80), True), (P(160, 80), False)])
def test_ends_snap_to_an_end_within_nine_screen_pixels_once_that_is_switched_on(
    fixture: Fixture, near: Point, snaps: bool
) -> None:
    # (156, 80) lies 7.8 pixels from (150, 75), (160, 80) 11.2.
    fixture.draw(P(50, 60), P(150, 75))
    fixture.snapping.on = True
    fixture.draw(P(250, 200), near)
    assert ends(fixture)[1] == (P(250, 200), P(150, 75) if snaps else near)


def test_a_dragged_end_snaps_to_another_annotation_and_not_to_its_own(fixture: Fixture) -> None:
    fixture.draw(P(50, 60), P(150, 75))
    fixture.draw(P(250, 200), P(255, 260))
    fixture.snapping.on = True
    fixture.drag(P(255, 260), P(252, 203))
    assert ends(fixture)[1] == (P(250, 200), P(252, 203))
    fixture.drag(P(252, 203), P(52, 63))
    assert ends(fixture)[1][1] == P(50, 60)


def test_regions_neither_snap_nor_stay_straight(fixture: Fixture) -> None:
    fixture.draw(P(50, 60), P(150, 75))
    fixture.snapping.on = True
    fixture.presenter.use(TOOLS["rectangle"])
    fixture.presenter.constrain(straight=True)
    fixture.drag(P(165, 90), P(200, 120))
    assert ends(fixture)[1] == (P(165, 90), P(200, 120))
