"""The arrangement of the viewports: saved, restored, and true where files have gone."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from cxrviewer import text
from cxrviewer.presenters.arranging import NONE_LEFT
from cxrviewer.presenters.earlier_screen import EarlierScreen
from cxrviewer.presenters.reading_room import ReadingRoom
from cxrviewer.presenters.viewports import NOT_HERE, NOT_HERE_WHY
from cxrviewer.presenters.workspaces import NOT_SAVED
from cxrviewer.reading.values import ImageRef, ViewState, Zoom, ZoomKind
from cxrviewer.workspace.layout import ALL_ASPECTS, Aspect, Layout, Workspace
from cxrviewer.workspace.saved import (
    MAX_FILES,
    SavedViewport,
    file_name,
    path_text,
    read,
    saved,
    text_path,
)
from tests.fakes import HeldJobs, fake_image, header
from tests.pseudo import PseudoCatalogue
from tests.unit.test_presenters_viewports import Room

NAMES = "abc"


def room(tmp_path: Path, names: str = NAMES, readings: Path | None = None) -> Room:
    folder = tmp_path / "films"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    images = {name: fake_image(key=name, codes=np.full((40, 30), 100, np.uint16)) for name in names}
    headers = {name: header("P", study=str(20 - NAMES.index(name[-1]))) for name in names}
    return Room(folder, images, headers, workspaces=tmp_path / "home", readings=readings)


def arranged(tmp_path: Path) -> Room:
    """Return a room with ``b`` and, flipped, inverted and zoomed, ``c``; the second viewport is the active one."""
    one = room(tmp_path)
    one.run("viewport.layout_1x2")
    one.room.open_in(0, one.key("b"))
    one.room.open_in(1, one.key("c"))
    one.jobs.release_all()
    one.run("viewport.sync_zoom")
    one.run("viewport.sync")
    one.run("view.flip")
    one.run("grey.invert")
    one.room.image.placed(Zoom(ZoomKind.FACTOR, 2.0), None)
    return one


def names_of(one: Room) -> list[str | None]:
    images = [pane.image.image for pane in one.room.viewports.panes]
    return [None if fake_image is None else fake_image.entry.path.name for fake_image in images]


def test_the_same_folder_opens_as_it_was_left(tmp_path: Path) -> None:
    first = arranged(tmp_path)
    first.room.close()
    second = room(tmp_path)
    workspace = second.room.viewports.workspace
    assert (workspace.layout, workspace.active, names_of(second)) == (Layout.TWO, 1, ["b", "c"])
    assert [one.shares for one in workspace.viewports[:2]] == [ALL_ASPECTS, frozenset()]
    assert workspace.viewports[1].synced == ALL_ASPECTS - {Aspect.ZOOM}
    assert (second.seen(0), second.seen(1)) == (first.seen(0), first.seen(1))
    assert second.seen(1).flipped and second.seen(1).inverted and second.seen(1).zoom.factor == 2.0
    assert second.room.worklist.current == second.key("c")


def test_one_image_in_two_viewports_is_seen_in_each_as_it_was(tmp_path: Path) -> None:
    first = room(tmp_path)
    first.run("viewport.layout_1x2")
    first.room.open_in(1, first.key("a"))
    first.jobs.release_all()
    first.run("viewport.sync")
    first.run("view.rotate_right")
    first.room.close()
    second = room(tmp_path)
    assert [second.seen(number).quarter_turns for number in (0, 1)] == [0, 1]


def test_an_image_that_was_being_opened_at_a_kill_is_seen_as_it_was_last(tmp_path: Path) -> None:
    first = room(tmp_path, readings=tmp_path / "readings")
    first.run("view.rotate_right")
    first.room.worklist.select(first.key("b"))
    first.jobs.release_all()
    first.room.worklist.select(first.key("a"))
    first.room.workspaces._settled()
    first.jobs.release(f"workspace {file_name([tmp_path / 'films'])}")
    second = room(tmp_path, readings=tmp_path / "readings")
    assert names_of(second) == ["a"] and second.seen(0).quarter_turns == 1
    first.room.close()
    second.room.close()


def test_the_list_marks_key_images_of_studies_that_nobody_has_opened_yet(tmp_path: Path) -> None:
    first = room(tmp_path, readings=tmp_path / "readings")
    first.room.worklist.select(first.key("b"))
    first.jobs.release_all()
    first.run("edit.key_image")
    first.room.worklist.select(first.key("a"))
    first.jobs.release_all()
    first.room.close()
    second = room(tmp_path, readings=tmp_path / "readings")
    assert names_of(second) == ["a"] and marked(second) == ["b"]
    second.room.worklist.select(second.key("b"))
    second.jobs.release_all()
    second.run("edit.key_image")
    assert marked(second) == []
    second.room.close()


def marked(one: Room) -> list[str]:
    """Return the names whose rows were last shown as those of a key image."""
    rows = {args[0].key: args[0].detail for name, args in one.views.worklist_view.calls if name == "show_row"}
    return [name for name in NAMES if "key image" in rows.get(one.key(name), "")]


def test_an_active_viewport_alone_is_alone_again(tmp_path: Path) -> None:
    first = arranged(tmp_path)
    first.run("viewport.single")
    first.room.close()
    second = room(tmp_path)
    assert second.room.viewports.workspace.shown == (1,)
    second.run("viewport.single")
    assert names_of(second) == ["b", "c"]


def test_a_viewport_that_the_layout_hides_has_its_image_and_view_when_it_is_shown_again(tmp_path: Path) -> None:
    first = arranged(tmp_path)
    wanted = first.seen(1)
    first.room.viewports.activate(0)
    first.run("viewport.layout_1x1")
    first.room.close()
    for _ in range(2):  # also after a run that did not show it
        second = room(tmp_path)
        assert names_of(second) == ["b"]
        second.run("view.rotate_right")
        second.room.close()
    third = room(tmp_path)
    third.run("viewport.layout_1x2")
    third.jobs.release_all()
    assert names_of(third) == ["b", "c"] and third.seen(1) == wanted
    assert not third.room.viewports.workspace.viewports[1].shares
    third.room.close()
    assert names_of(room(tmp_path)) == ["b", "c"]


def test_a_hidden_image_that_is_gone_is_told_when_its_viewport_is_shown(tmp_path: Path) -> None:
    first = arranged(tmp_path)
    first.room.viewports.activate(0)
    first.run("viewport.layout_1x1")
    first.room.close()
    second = room(tmp_path, "ab")
    assert not any(second.views.said)
    second.run("viewport.layout_1x2")
    second.jobs.release_all()
    assert names_of(second) == ["b", None]
    assert second.views.canvases[1].last("show_failure")[0] == NOT_HERE


def test_a_hidden_image_whose_viewport_is_filled_otherwise_does_not_come_back(tmp_path: Path) -> None:
    first = arranged(tmp_path)
    first.room.viewports.activate(0)
    first.run("viewport.layout_1x1")
    first.room.close()
    second = room(tmp_path)
    second.run("viewport.layout_1x2")
    second.room.open_in(1, second.key("a"))
    second.jobs.release_all()
    second.run("viewport.layout_1x1")
    second.run("viewport.layout_1x2")
    second.jobs.release_all()
    assert names_of(second)[1] == "a"


def test_a_moved_file_is_found_and_a_deleted_one_leaves_a_true_sentence(tmp_path: Path) -> None:
    arranged(tmp_path).room.close()
    second = room(tmp_path, ("a", "moved-b"))  # type: ignore[arg-type]
    assert names_of(second) == ["moved-b", None]
    assert second.views.canvases[1].last("show_failure")[0] == NOT_HERE
    assert second.views.canvases[1].last("show_identity") == ("", "")
    second.room.worklist.select(second.key("a"))
    second.jobs.release_all()
    assert names_of(second) == ["moved-b", "a"]


@pytest.mark.parametrize("hidden", [False, True])
def test_that_an_image_is_gone_is_told_in_the_language_of_the_reader(tmp_path: Path, *, hidden: bool) -> None:
    first = arranged(tmp_path)
    if hidden:
        first.room.viewports.activate(0)
        first.run("viewport.layout_1x1")
    first.room.close()
    text.use(PseudoCatalogue())
    try:
        second = room(tmp_path, "ab")
        second.run("viewport.layout_1x2")
        second.jobs.release_all()
    finally:
        text.use(None)
    told = second.views.canvases[1].last("show_failure")
    assert told == tuple(PseudoCatalogue().find(str(one), "", None) for one in (NOT_HERE, NOT_HERE_WHY))


def test_where_nothing_is_left_the_first_image_opens_as_ever(tmp_path: Path) -> None:
    arranged(tmp_path).room.close()
    second = room(tmp_path, "a")
    assert names_of(second)[0] == "a" and second.room.viewports.workspace.layout is Layout.ONE
    assert second.views.said[-1] == NONE_LEFT


def test_another_folder_and_files_opened_besides_have_an_arrangement_of_their_own(tmp_path: Path) -> None:
    first = arranged(tmp_path)
    first.room.close()
    other = tmp_path / "other"
    other.mkdir()
    assert file_name((first.folder,)) != file_name((other,)) != file_name((first.folder, other))
    assert file_name((other, first.folder)) == file_name((first.folder, other))


def test_closing_all_keeps_what_was_arranged(tmp_path: Path) -> None:
    first = arranged(tmp_path)
    first.run("file.close_all")
    first.jobs.release_all()
    first.room.close()
    assert names_of(room(tmp_path)) == ["b", "c"]


def test_closing_all_keeps_what_an_earlier_run_had_in_viewports_not_shown_since(tmp_path: Path) -> None:
    first = arranged(tmp_path)
    first.room.viewports.activate(0)
    first.run("viewport.layout_1x1")
    first.room.close()
    second = room(tmp_path)
    second.run("file.close_all")
    second.jobs.release_all()
    second.room.close()
    third = room(tmp_path)
    third.run("viewport.layout_1x2")
    third.jobs.release_all()
    assert names_of(third) == ["b", "c"]


@pytest.mark.parametrize("end", ["close", "close all"])
def test_what_was_arranged_stays_where_it_is_closed_again_before_it_was_read(tmp_path: Path, end: str) -> None:
    arranged(tmp_path).room.close()
    second = room(tmp_path)
    second.run("file.close_all")
    second.jobs.release_all()
    second.room.open_paths((second.folder,))
    if end == "close all":
        second.room.close_all()
        second.jobs.release_all()
        assert second.room.worklist.images() == () and names_of(second) == [None, None]  # it does not come late
    second.room.close()
    assert names_of(room(tmp_path)) == ["b", "c"]


def test_a_timer_of_before_writes_no_empty_arrangement_over_one_that_is_still_being_read(tmp_path: Path) -> None:
    arranged(tmp_path).room.close()
    second = room(tmp_path)
    second.run("file.close_all")
    second.jobs.release_all()
    second.room.open_paths((second.folder,))
    second.room.workspaces._settled()
    assert [slot for slot in second.jobs.newest if slot.startswith("workspace")] == ["workspace"]


@pytest.mark.parametrize("slow", [False, True])
def test_what_is_opened_besides_comes_after_the_arrangement_of_the_first_however_late_that_is_read(
    tmp_path: Path, *, slow: bool
) -> None:
    arranged(tmp_path).room.close()
    other = tmp_path / "other"
    other.mkdir()
    (other / "a").write_bytes(b"x")
    second = room(tmp_path)
    second.run("file.close_all")
    second.jobs.release_all()
    second.room.open_paths((second.folder,))
    if not slow:
        second.jobs.release("workspace")
    second.room.open_paths((other,))
    second.jobs.release_all()
    assert names_of(second) == ["b", "a"]  # in the active viewport
    entry = second.room.viewports.pane(1).entry
    assert entry is not None and entry.path.parent == other


def test_an_image_that_is_not_there_once_is_restored_when_it_is_there_again(tmp_path: Path) -> None:
    arranged(tmp_path).room.close()
    second = room(tmp_path, "ab")
    assert names_of(second) == ["b", None]
    second.room.viewports.activate(0)
    second.run("view.flip")
    second.room.close()
    assert names_of(room(tmp_path)) == ["b", "c"]


def test_what_is_opened_in_place_of_an_image_that_is_not_there_stays(tmp_path: Path) -> None:
    arranged(tmp_path).room.close()
    second = room(tmp_path, "ab")
    second.room.open_in(1, second.key("a"))
    second.jobs.release_all()
    second.room.close()
    assert names_of(room(tmp_path)) == ["b", "a"]


def test_a_hidden_viewport_that_is_shown_during_a_scan_does_not_keep_its_first_image_away(tmp_path: Path) -> None:
    first = arranged(tmp_path)
    first.room.viewports.activate(0)
    first.run("viewport.layout_1x1")
    first.room.close()
    second = room(tmp_path, "ab")
    other = tmp_path / "other"
    other.mkdir()
    (other / "a").write_bytes(b"x")
    second.room.open_paths((other,))
    second.jobs.release("workspace") if "workspace" in second.jobs.newest else None
    second.run("viewport.layout_1x2")
    second.jobs.release_all()
    assert names_of(second) == ["a", None]
    assert second.views.canvases[1].last("show_failure")[0] == NOT_HERE


def test_a_damaged_file_is_as_none(tmp_path: Path) -> None:
    arranged(tmp_path).room.close()
    (file,) = (tmp_path / "home").glob("*.workspace")
    whole = file.read_bytes()
    for damage in (b"", whole[:-5], b"{}", whole.replace(b'"TWO"', b'"SIX"'), b"x" * 2_000_000, b"[" * 100_000):
        assert read(damage) is None
        file.write_bytes(damage)
        assert names_of(room(tmp_path)) == ["a"]


def test_a_disk_that_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    one = room(tmp_path)
    (tmp_path / "home").write_bytes(b"a file where the folder should be")
    for _ in range(2):
        one.run("view.flip")
        one.room.workspaces._settled()
        one.jobs.release_all()
    assert one.views.said.count(NOT_SAVED) == 1


def test_only_the_newest_files_are_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for number in range(MAX_FILES + 5):
        (home / f"{number}.workspace").write_bytes(b"{}")
    room(tmp_path).room.close()
    assert len(list(home.iterdir())) == MAX_FILES


def test_no_name_stands_in_the_file_and_its_name_tells_nothing(tmp_path: Path) -> None:
    arranged(tmp_path).room.close()
    (file,) = (tmp_path / "home").glob("*.workspace")
    assert len(file.stem) == 40 and "films" not in file.name
    value = read(file.read_bytes())
    assert value is not None and value.workspace().layout is Layout.TWO
    assert b"ID-P" not in file.read_bytes() and b"2026" not in file.read_bytes()


@pytest.mark.parametrize("path", [Path("/a b/c%20d"), Path("/gr\udcfcn/\U0001fa7b"), Path("C:\\x")])
def test_every_path_survives(path: Path) -> None:
    image = ImageRef("1", "2", "3")
    one = saved(Workspace(), [(path_text(path), image, ViewState(quarter_turns=2))])
    back = read(one.to_bytes())
    assert back == one and text_path(back.viewports[0].path) == path
    assert back.viewports[1] == SavedViewport()


def test_the_reader_who_opens_something_meanwhile_is_not_overruled(tmp_path: Path) -> None:
    arranged(tmp_path).room.close()
    second = room(tmp_path, "")
    assert isinstance(second.room, ReadingRoom)
    third = room(tmp_path)
    left = saved(Workspace(), [("x", ImageRef("P.19", "P.19.1", "P.19.1.1"), None)])
    earlier = EarlierScreen(left, (), third.room.viewports, third.room.worklist, third.room.arranging._open_again)
    third.room.arranging._earlier = earlier
    third.room.worklist.select(third.key("a"))
    third.jobs.release_all()
    third.room.viewports.activate(0)
    third.room.worklist.select(third.key("c"))
    assert earlier.looking and not earlier.incomplete


def test_no_step_from_image_to_image_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = room(tmp_path)
    one.room.readings._folder = tmp_path / "readings"
    real, running, synced = os.fsync, [False], list[int]()

    def fsync(descriptor: int) -> None:
        assert running[0], "synced on the thread of the presenters"
        synced.append(descriptor)
        real(descriptor)

    def release(slot: str) -> None:
        running[0] = True
        HeldJobs.release(one.jobs, slot)
        running[0] = False

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(one.jobs, "release", release)
    one.room.worklist.select(one.key("a"))
    one.jobs.newest.pop("image")()
    for name in "bcab":
        one.run("view.flip")
        one.room.worklist.select(one.key(name))
        # The answer of the job runs on the thread of the presenters: no `release`, which allows a sync.
        one.jobs.newest.pop("image")()
    before = len(synced)
    one.jobs.release_all()
    assert len(synced) > before and not any(one.views.said)
    files = list((tmp_path / "readings").glob("*.reading"))
    assert len(files) == 2  # b and c; a was opened before there was a folder
    running[0] = True
    one.room.close()
