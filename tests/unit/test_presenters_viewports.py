"""Several viewports behind the window: which one is active, whose jobs are whose, what follows what."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import Registry
from cxrviewer.commands.table import COMMANDS
from cxrviewer.decoder.service import make_thumbnail
from cxrviewer.errors import DecodeError, NotDicomError
from cxrviewer.heads.contract import RejectedError, Rejection, RejectionCode
from cxrviewer.imaging.contents import Header, SmallPicture
from cxrviewer.imaging.directory import read_directory
from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.thumbnails import thumbnail
from cxrviewer.imaging.voi import VoiOrigin, VoiPreset, VoiWindow
from cxrviewer.paths import resources_dir
from cxrviewer.presenters.findings import Empty, Shown
from cxrviewer.presenters.head_plans import HeadPlan
from cxrviewer.presenters.image_presenter import REWRITTEN
from cxrviewer.presenters.reading_room import ReadingRoom
from cxrviewer.presenters.score_comparison import NOT_SCORABLE
from cxrviewer.presenters.self_hanging import NO_PRIOR
from cxrviewer.presenters.similar import REFUSED
from cxrviewer.reading.screen import Screen
from cxrviewer.reading.values import PresetGrey, ViewState, WindowGrey, Zoom, ZoomKind
from cxrviewer.studies.index.files import LibraryFiles
from cxrviewer.studies.library import ImageEntry
from cxrviewer.workspace.layout import Layout, Workspace
from tests.fakes import FakeScorer, HeldJobs, Recorder, fake_image, head_name, header, prediction
from tests.unit.test_presenters_replaced_files import BRIGHT, DARK, NEW, OLD, content


class Canvas(Recorder):
    """A canvas on which an image fits at half its size."""

    def scale_factor(self) -> float:
        return 0.5

    def fit_scale(self) -> float:
        return 0.5

    def screen(self) -> Screen:
        return Screen(0, 0, 150, 200)


class Views:
    """A window of recorders."""

    def __init__(self) -> None:
        self.canvases = {0: Canvas()}
        self.findings_view, self.worklist_view, self.layer_view = Recorder(), Recorder(), Recorder()
        self.timeline_view = Recorder()
        self.commands = Registry(COMMANDS)
        self.said: list[str] = []
        self.compared: list[str] = []
        self.asked: list[tuple[Any, Callable[[bool], None]]] = []
        self.question: object = None
        self.watched: list[Path] = []
        self.workspaces: list[Workspace] = []

    @property
    def image_view(self) -> Canvas:
        return self.canvases[0]

    @property
    def annotations_view(self) -> Canvas:
        return self.canvases[0]

    def viewport_view(self, number: int) -> Canvas:
        return self.canvases.setdefault(number, Canvas())

    def show_workspace(self, workspace: Workspace) -> None:
        self.workspaces.append(workspace)

    def show_score_changes(self, changes: object, about: str) -> None:
        self.compared.append(about)

    def ask_person(self, question: object, answer: Callable[[bool], None]) -> None:
        self.question = question
        if question is not None:
            self.asked.append((question, answer))

    def frames_view(self, number: int) -> Recorder:
        return Recorder()

    def withdraw(self, text: str) -> None:
        if self.said and self.said[-1] == text:
            self.said.append("")

    def notify(self, text: str) -> None:
        self.said.append(text)

    def later(self, milliseconds: int, call: Any) -> None:
        pass

    def watch_file(self, path: Path) -> None:
        self.watched.append(path)


def library_files(home: Path) -> LibraryFiles:
    return LibraryFiles(home / "data", home / "cache", home / "hanging.toml", resources_dir() / "hanging.toml")


@dataclass(frozen=True)
class Image:
    header: Header
    radiograph: Radiograph


@dataclass
class Room:
    """Everything behind the window over a folder of made-up images; every job waits."""

    folder: Path
    images: dict[str, Radiograph] = field(default_factory=lambda: {"a": fake_image(), "b": fake_image(key="film-b")})
    headers: dict[str, Header] = field(default_factory=dict)
    ahead: bool = False
    workspaces: Path | None = None
    readings: Path | None = None
    library: Path | None = None
    """Where a library lies; without it there is none."""

    def __post_init__(self) -> None:
        self.views, self.jobs, self.decoded = Views(), HeldJobs(), list[str]()
        self.scorer = FakeScorer({key: prediction(key=key) for key in ("film-a", "film-b")})
        for name in self.images:
            (self.folder / name).write_bytes(b"x")
        self.room = ReadingRoom(
            self.views,
            self.jobs,
            read_header=self.header,
            read_directory=lambda path, _: (_ for _ in ()).throw(NotDicomError("no DICOMDIR")),
            open_image=self.open,
            open_ahead=(lambda path, _, frame=0: self.open(path, None, frame, "+")) if self.ahead else None,
            read_thumbnail=lambda path, _: SmallPicture(self.header(path), thumbnail(self.images[path.name])),
            thumbnail=thumbnail,
            workspaces=self.workspaces,
            readings=self.readings,
            library=None if self.library is None else library_files(self.library),
            library_reader=cast(Any, SimpleNamespace(open_for_scoring=None)),
        )
        self.room.start_heads(lambda: [HeadPlan(head_name(self.scorer), lambda note: self.scorer)])
        self.jobs.release_all()
        self.begin()
        self.jobs.release_all()

    def begin(self) -> None:
        self.room.open_paths((self.folder,))

    def header(self, path: Path, cancel: object = None) -> Header:
        if path.name not in self.images:
            raise NotDicomError("The file is neither DICOM nor a picture this program reads.")
        return self.headers.get(path.name) or header(path.name.upper())

    def open(self, path: Path, cancel: object, frame: int = 0, mark: str = "") -> Image:
        self.decoded.append(mark + path.name)
        return Image(self.header(path), self.images[path.name])

    def key(self, name: str) -> str:
        return ImageEntry(self.folder / name, self.header(self.folder / name)).key

    def beside(self) -> Room:
        """Show ``a`` in the first viewport and ``b`` in the second, which is the active one."""
        self.room.worklist.select(self.key("a"))
        self.run("viewport.layout_1x2")
        self.room.open_in(1, self.key("b"))
        self.jobs.release_all()
        return self

    def run(self, id_: str) -> None:
        assert self.views.commands.run(id_)

    def seen(self, number: int) -> ViewState:
        seen = self.room.viewports.pane(number).image.seen
        assert seen is not None
        return seen

    def name(self, number: int) -> str:
        first: str = self.views.canvases[number].last("show_identity")[0]
        return first[:1]


def window(view: ViewState) -> tuple[float, float]:
    assert isinstance(view.grey, WindowGrey)
    return view.grey.center, view.grey.width


def test_one_viewport_is_all_there_is_until_a_layout_shows_more(tmp_path: Path) -> None:
    room = Room(tmp_path)
    assert list(room.views.canvases) == [0] and room.views.workspaces == []
    assert {slot for slot in room.jobs.submitted if "image" in slot} == {"image"}
    for id_ in ("viewport.next", "viewport.sync", "viewport.single"):
        assert not room.views.commands.run(id_)


def test_each_viewport_has_its_own_jobs_and_its_own_patient(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.run("viewport.layout_1x2")
    room.room.worklist.select(room.key("a"))
    room.room.open_in(1, room.key("b"))
    assert {"image", "1:image"} <= room.jobs.newest.keys()  # the second did not replace the first
    room.jobs.release_all()
    assert (room.name(0), room.name(1)) == ("A", "B")
    assert room.room.worklist.current == room.key("b") == room.views.worklist_view.last("show_current")


def test_commands_and_the_worklist_go_to_the_active_viewport(tmp_path: Path) -> None:
    room = Room(tmp_path).beside()
    room.run("viewport.sync")
    room.run("grey.invert")
    assert (room.seen(0).inverted, room.seen(1).inverted) == (False, True)
    assert Fact.INVERTED in room.views.commands.facts
    room.run("viewport.next")
    assert Fact.INVERTED not in room.views.commands.facts  # facts are those of the active viewport
    assert room.views.worklist_view.last("show_current") == room.key("a")
    room.room.worklist.select(room.key("b"))
    room.jobs.release_all()
    assert (room.name(0), room.name(1)) == ("B", "B")


def test_findings_are_those_of_the_active_viewport(tmp_path: Path) -> None:
    room = Room(tmp_path).beside()
    assert room.scorer.ran[-1] == "film-b"
    room.views.findings_view.calls.clear()
    room.views.layer_view.calls.clear()
    room.run("viewport.next")
    states = [args[0] for name, args in room.views.findings_view.calls if name == "show_findings"]
    assert isinstance(states[0], Empty)  # they leave before the other image's come
    assert room.views.layer_view.calls[0][1][0] is None
    room.jobs.release_all()
    assert room.room.findings._image is not None and room.room.findings._image[0] == room.key("a")
    assert isinstance(room.views.findings_view.last("show_findings"), Shown)
    room.run("viewport.layout_1x3")
    room.run("viewport.next")
    room.run("viewport.next")
    assert isinstance(room.views.findings_view.last("show_findings"), Empty)  # the third shows nothing


def test_the_window_that_is_left_is_not_drawn_over(tmp_path: Path) -> None:
    room = Room(tmp_path).beside()
    room.run("viewport.next")
    room.jobs.release_all()
    order = [name for name, _ in room.views.canvases[1].calls]
    assert "show_layer" not in order
    assert room.views.workspaces[-1].active == 0


PAIR = (VoiPreset("P", VoiWindow(2000, 1000), VoiOrigin.WINDOW), VoiPreset("Q", VoiWindow(500, 400), VoiOrigin.WINDOW))


def test_a_window_drag_moves_the_other_by_as_much_of_its_own_width(tmp_path: Path) -> None:
    half = (VoiPreset("H", VoiWindow(1500, 500), VoiOrigin.WINDOW),)
    room = Room(tmp_path, {"a": fake_image(presets=PAIR), "b": fake_image(presets=half, key="film-b")}).beside()
    room.run("viewport.next")  # a, 1000 wide at 2000
    room.room.image.begin_drag()
    room.room.image.drag(0, -40)
    room.room.image.drag(0, -80)
    room.room.image.end_drag()
    center, width = window(room.seen(0))
    assert (center, width) == pytest.approx((2000 - 200, 1000))  # 80 of 400 pixels are a fifth of the width
    assert window(room.seen(1)) == pytest.approx((1500 - 100, 500))
    assert room.views.canvases[1].last("show_window").startswith("W 500 L 1400")


def test_a_preset_is_followed_by_its_number_where_the_other_has_one(tmp_path: Path) -> None:
    one = PAIR[:1]
    room = Room(tmp_path, {"a": fake_image(presets=PAIR), "b": fake_image(presets=one, key="film-b")}).beside()
    room.run("viewport.next")
    room.run("grey.preset_2")
    assert room.seen(0).grey == PresetGrey(1)
    assert room.seen(1).grey == PresetGrey(0)


def test_zoom_turn_and_flip_are_followed_with_their_offsets(tmp_path: Path) -> None:
    room = Room(tmp_path).beside()
    room.run("viewport.sync")
    room.run("view.rotate_right")  # b alone
    room.run("viewport.sync")
    room.run("viewport.next")
    room.run("view.rotate_right")
    assert (room.seen(0).quarter_turns, room.seen(1).quarter_turns) == (1, 2)
    room.room.image.placed(Zoom(ZoomKind.FACTOR, 1.0), None)  # twice as large as it fits
    assert room.seen(1).zoom == Zoom(ZoomKind.FACTOR, 1.0)
    assert room.views.canvases[1].last("show_place")[0] == Zoom(ZoomKind.FACTOR, 1.0)
    room.room.image.placed(Zoom(), None)
    assert room.seen(1).zoom == Zoom() and room.seen(1).centre is None


def test_a_viewport_leaves_and_joins_the_others(tmp_path: Path) -> None:
    room = Room(tmp_path).beside()
    assert Fact.SYNCED in room.views.commands.facts
    room.run("viewport.sync")
    assert Fact.SYNCED not in room.views.commands.facts
    room.run("view.flip")
    room.run("viewport.next")
    room.run("grey.invert")
    assert (room.seen(0).flipped, room.seen(1).inverted) == (False, False)
    room.run("viewport.next")
    room.run("viewport.sync")
    room.run("grey.invert")
    assert (room.seen(0).inverted, room.seen(1).inverted) == (False, True)  # offsets are kept: both turned round


def test_a_window_that_leads_outside_every_range_leaves_the_other_as_it_is(tmp_path: Path) -> None:
    tiny = (VoiPreset("T", VoiWindow(1e300, 1e300), VoiOrigin.WINDOW),)
    room = Room(tmp_path, {"a": fake_image(presets=PAIR), "b": fake_image(presets=tiny, key="film-b")}).beside()
    room.run("viewport.next")
    room.room.image.begin_drag()
    room.room.image.drag(1e4, 0)
    assert room.seen(1).grey == PresetGrey(0) or np.isfinite(window(room.seen(1))).all()


class RealRoom:
    """`OLD` in the file ``a`` and somebody else in ``0``, both of them real files, in two viewports."""

    def __init__(self, folder: Path, *, second: str) -> None:
        self.folder = folder
        (folder / "0").write_bytes(content("FIRST^F", 2000))
        (folder / "a").write_bytes(content(OLD, DARK))
        self.views, self.jobs = Views(), HeldJobs()
        self.room = ReadingRoom(
            self.views,
            self.jobs,
            read_header=lambda path, _: read_header(path),
            read_directory=lambda path, _: read_directory(path),
            open_image=lambda path, _, frame=0: open_image(path, frame),
            read_thumbnail=lambda path, _: make_thumbnail(str(path)),
            thumbnail=thumbnail,
        )
        self.scan()
        self.room.worklist.select(self.key("a"))
        self.room.viewports.set_layout(Layout.TWO)
        self.room.open_in(1, self.key(second))
        self.jobs.release_all()
        assert self.names()[0].startswith("OLD, ANNA")

    def scan(self) -> None:
        self.room.open_paths((self.folder,))
        self.jobs.release_all()

    def key(self, name: str) -> str:
        return self.room.worklist.key_at(self.folder / name)

    def names(self) -> list[str]:
        return [self.views.canvases[number].last("show_identity")[0] for number in (0, 1)]

    def levels(self) -> list[int]:
        images = [pane.image.image for pane in self.room.viewports.panes]
        return [int(fake_image.radiograph.codes[-1, -1]) for fake_image in images if fake_image is not None]

    def overwrite(self) -> None:
        """Put somebody else's image into ``a``, of the same size and time."""
        path = self.folder / "a"
        before = path.stat()
        path.write_bytes(content(NEW, BRIGHT))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_scan_that_finds_another_patient_in_a_file_renews_the_viewport_that_is_not_active(tmp_path: Path) -> None:
    room = RealRoom(tmp_path, second="0")
    room.overwrite()
    room.scan()
    assert room.names()[0].startswith("NEW, BERT") and room.names()[1].startswith("FIRST, F")
    assert room.levels() == [BRIGHT, 2000]
    assert "ANNA" not in room.names()[0]
    assert REWRITTEN in room.views.canvases[0].last("show_notes")


def test_opening_a_rewritten_file_in_one_viewport_renews_the_other_that_shows_it(tmp_path: Path) -> None:
    for active in (0, 1):
        folder = tmp_path / str(active)
        folder.mkdir()
        room = RealRoom(folder, second="a")
        room.overwrite()
        room.room.open_in(active, room.key("a"))
        room.jobs.release_all()
        assert [name[:9] for name in room.names()] == ["NEW, BERT"] * 2
        assert room.levels() == [BRIGHT] * 2


def test_a_file_that_holds_no_image_any_more_leaves_the_viewport_that_is_not_active(tmp_path: Path) -> None:
    room = RealRoom(tmp_path, second="0")
    (tmp_path / "a").write_bytes(b"no film at all")
    room.scan()
    assert room.names()[0] == "" and room.room.viewports.pane(0).image.image is None
    assert room.names()[1].startswith("FIRST, F") and room.levels() == [2000]


def test_the_prior_opens_in_the_next_viewport_and_the_active_one_stays(tmp_path: Path) -> None:
    images = {name: fake_image(key=name) for name in ("new", "old", "older", "other")}
    headers = {
        "new": header("P", study="20"),
        "old": header("P", study="10"),
        "older": header("P", study="05"),
        "other": header("Q", study="15"),
    }
    room = Room(tmp_path, images, headers)
    room.room.worklist.select(room.key("new"))
    room.jobs.release_all()
    room.run("viewport.prior")
    room.jobs.release_all()
    viewports = room.room.viewports
    assert (viewports.workspace.layout, viewports.workspace.active) == (Layout.TWO, 0)
    assert viewports.pane(1).entry is not None and viewports.pane(1).entry.path.name == "old"
    room.run("viewport.next")
    room.room.worklist.select(room.key("older"))
    room.jobs.release_all()
    room.run("viewport.prior")
    assert room.views.said[-1] == NO_PRIOR


def test_what_was_said_of_the_films_before_is_gone_with_them(tmp_path: Path) -> None:
    room = Room(tmp_path).beside()
    room.views.notify("The demo study is a computed phantom, nobody's film.")
    room.run("file.close_all")
    assert room.views.said[-1] == ""
    room.views.notify("This image has no prior.")
    room.room.open_paths((tmp_path,))
    assert room.views.said[-1] == ""


def test_closing_all_empties_every_viewport(tmp_path: Path) -> None:
    room = Room(tmp_path).beside()
    room.run("file.close_all")
    assert [pane.image.image for pane in room.room.viewports.panes] == [None, None]
    assert [room.views.canvases[n].names()[-1] for n in (0, 1)] == ["show_start", "show_start"]
    assert [pane.entry for pane in room.room.viewports.panes] == [None, None]


def test_all_is_closed_from_an_empty_viewport_too_and_while_anything_is_listed_or_said(tmp_path: Path) -> None:
    room = Room(tmp_path)
    closable = {Fact.CLOSABLE}
    room.beside()
    room.run("viewport.layout_2x2")
    room.room.viewports.activate(3)
    assert room.room.viewports.active.entry is None and Fact.OPENED not in room.views.commands.facts
    room.room.worklist.search("nobody is called this")
    assert Fact.LISTED not in room.views.commands.facts
    for pane in room.room.viewports.panes:
        room.room._clear(pane)
    assert closable <= room.views.commands.facts  # images are listed still
    room.run("file.close_all")
    assert [pane.entry for pane in room.room.viewports.panes] == [None] * len(room.room.viewports.panes)
    assert not closable & room.views.commands.facts
    (tmp_path / "empty").mkdir()
    room.room.open_paths((tmp_path / "empty",))
    room.jobs.release_all()
    assert closable <= room.views.commands.facts  # what is said of the folder is closed too
    room.run("file.close_all")
    assert not closable & room.views.commands.facts


def test_a_image_that_is_decoded_already_is_not_decoded_for_another_viewport(tmp_path: Path) -> None:
    room = Room(tmp_path).beside()
    first = room.room.viewports.pane(0).image.image
    room.room.worklist.select(room.key("a"))
    room.jobs.release_all()
    second = room.room.viewports.pane(1).image.image
    assert first is not None and second is not None and second.radiograph is first.radiograph


def test_the_images_beside_the_one_on_the_screen_are_decoded_ahead_and_no_other(tmp_path: Path) -> None:
    images = {name: fake_image(key=name, codes=np.zeros((2000, 1500), np.uint16)) for name in "abcde"}
    headers = {name: header("P", study=str(20 - place)) for place, name in enumerate("abcde")}  # newest first
    room = Room(tmp_path, images, headers, ahead=True)
    assert room.decoded == ["a", "+b"]
    room.room.worklist.step(1)
    room.jobs.release("image")
    assert room.decoded == ["a", "+b"]  # it is on the screen, and was not decoded again
    shown = room.room.image.image
    assert shown is not None and shown.entry.path.name == "b"
    assert shown.screen.prepared and shown.screen.sampled_bytes == 150 * 200 * 2
    assert "refine" not in room.jobs.newest
    room.jobs.release_all()
    assert room.decoded == ["a", "+b", "+c"]
    room.room.worklist.step(-1)
    room.jobs.release_all()
    assert room.decoded == ["a", "+b", "+c"]  # back to the one before: it was kept


def test_nothing_is_decoded_ahead_while_a_viewport_waits(tmp_path: Path) -> None:
    images = {name: fake_image(key=name) for name in "abcd"}
    headers = {name: header("P", study=str(20 - place)) for place, name in enumerate("abcd")}
    room = Room(tmp_path, images, headers, ahead=True)
    room.run("viewport.layout_1x2")
    assert room.decoded == ["a", "+b"]
    room.room.open_in(1, room.key("d"))
    room.room.open_in(0, room.key("b"))
    room.jobs.release("image")
    assert "neighbours" not in room.jobs.newest
    room.jobs.release("1:image")
    assert "neighbours" in room.jobs.newest


def test_an_image_that_cannot_be_decoded_ahead_says_nothing_until_it_is_opened(tmp_path: Path) -> None:
    images = {name: fake_image(key=name) for name in "ab"}
    headers = {name: header("P", study=str(20 - place)) for place, name in enumerate("ab")}
    room = Room(tmp_path, images, headers, ahead=True)
    room.room.images.clear()
    room.room.images._load = failing
    room.room.ahead.look()
    room.jobs.release_all()
    assert not any(room.views.said) and "show_failure" not in room.views.canvases[0].names()
    room.room.worklist.step(1)
    room.jobs.release_all()
    assert room.views.canvases[0].last("show_failure")[1] == "This file is damaged."


def failing(entry: ImageEntry, cancel: object, priority: object) -> Any:
    raise DecodeError("This file is damaged.")


def with_another_beside(room: Room) -> Room:
    """Show ``b`` in the second viewport, which is not the active one."""
    room.run("viewport.layout_1x2")
    listed = room.room.worklist.listed(room.key("b"))
    assert listed is not None
    room.room.strip.show_in(1, listed)
    room.jobs.release_all()
    return room


def test_every_image_on_the_screen_is_scored_the_active_one_first(tmp_path: Path) -> None:
    room = with_another_beside(Room(tmp_path))
    assert room.room.viewports.active.number == 0 and room.scorer.ran == ["film-a", "film-b"]
    row = room.views.worklist_view.last("show_row")
    assert (row.key, row.state) == (room.key("b"), "2 flagged")
    assert [one.version.head for one in room.room.scores.of(room.key("b"))] == ["test.head"]
    room.run("viewport.next")
    room.jobs.release_all()
    assert room.scorer.ran == ["film-a", "film-b"]  # nothing is scored twice


def test_what_is_known_of_an_image_beside_is_in_its_row_again_when_it_is_opened_again(tmp_path: Path) -> None:
    room = with_another_beside(Room(tmp_path))
    room.room.close_all()
    room.begin()
    room.jobs.release_all()
    rows = room.views.worklist_view
    rows.calls.clear()
    with_another_beside(room)
    states = {row.key: row.state for name, (row, *_) in rows.calls if name == "show_row"}
    assert room.scorer.ran == ["film-a", "film-b"] and states[room.key("b")] == "2 flagged"


def test_nobody_is_told_to_wait_for_the_scores_of_an_image_that_the_models_reject(tmp_path: Path) -> None:
    reason = Rejection(RejectionCode.OUTSIDE_TRAINING_DISTRIBUTION, "It is none.")
    files = {name: header("P", study=day) for name, day in (("a", "9"), ("b", "5"))}
    room = Room(tmp_path, headers=files)
    room.scorer.answers["film-b"] = RejectedError(reason)
    with_another_beside(room)
    room.room.comparison.compare()
    assert room.views.said[-1] == NOT_SCORABLE
    room.run("viewport.next")
    room.jobs.release_all()
    similar = Recorder()
    room.room.similar.attach(similar)
    assert similar.last("show_similar").message == REFUSED


def test_an_image_that_becomes_the_active_one_does_not_wait_for_others(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.run("ai.on")
    room = with_another_beside(room)
    room.run("ai.on")
    assert "findings beside" in room.jobs.newest
    room.run("viewport.next")
    assert "findings beside" not in room.jobs.newest and "findings" in room.jobs.newest


def test_a_failure_beside_is_not_tried_again_until_the_image_is_the_active_one(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.scorer.answers["film-b"] = DecodeError("the model failed")
    with_another_beside(room)
    assert room.scorer.ran == ["film-a", "film-b"]
    room.run("viewport.next")
    room.jobs.release_all()
    assert room.scorer.ran == ["film-a", "film-b", "film-b"]
