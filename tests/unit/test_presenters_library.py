"""The library behind its dialog: which rows are shown, and what is asked of the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import LibraryError
from cxrviewer.imaging.header import read_header
from cxrviewer.presenters.library import LibraryPresenter
from cxrviewer.presenters.library_list import ROWS_SLOT
from cxrviewer.presenters.library_rows import LibraryRow
from cxrviewer.presenters.library_scans import SCAN_SLOT
from cxrviewer.presenters.library_scoring import SCORE_SLOT, ScoringState
from cxrviewer.presenters.library_view import LibraryState
from cxrviewer.presenters.offline_folders import MOST_AT_ONCE
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.studies.index.opening import OFFLINE
from cxrviewer.studies.index.scan import IndexScan
from cxrviewer.studies.index.store import Index, Root
from cxrviewer.studies.index.user_store import StudyStatus
from cxrviewer.studies.index.worklist import Column
from cxrviewer.studies.library import person_of
from cxrviewer.text import msg
from tests.builders.library import HereReader, write
from tests.fakes import FakeScorer, HeldJobs, Recorder, fake_image, header
from tests.unit.test_presenters_viewports import library_files


class Shelf:
    """A library with its dialog over a real folder; every job waits."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.jobs, self.view, self.said = HeldJobs(), Recorder(), list[str]()
        self.folder, self.reader, self.opened = folder, HereReader(), list[Any]()
        self.timers: list[Callable[[], None]] = []
        self.scorers: list[Any] = []
        self.library = LibraryPresenter(
            self.jobs,
            library_files(home),
            cast(Any, self.reader),
            Privacy(),
            notify=self.said.append,
            on_open=self.opened.append,
            open_image=cast(
                Any, lambda path, cancel: SimpleNamespace(header=read_header(path), radiograph=fake_image())
            ),
            scorers=lambda: self.scorers,
            later=lambda milliseconds, call: self.timers.append(call),
        )

    def open(self) -> Shelf:
        self.library.attach(cast(Any, self.view))
        self.jobs.release_all()
        return self

    def filled(self) -> Shelf:
        self.open().library.add((self.folder,))
        self.jobs.release_all()
        return self

    @property
    def state(self) -> LibraryState:
        return cast(LibraryState, self.view.last("show_library"))

    @property
    def keys(self) -> list[int]:
        return list(next(args[0] for name, args in reversed(self.view.calls) if name == "show_keys"))

    def rows(self) -> list[LibraryRow]:
        """Return every row that was shown, in that order."""
        return [row for name, args in self.view.calls if name == "show_rows" for row in args[0]]


@pytest.fixture
def shelf(tmp_path: Path, folder: Path) -> Iterator[Shelf]:
    write(folder / "a")
    made = Shelf(tmp_path / "home", folder)
    yield made
    made.library.close()


def test_a_row_that_was_read_before_the_scan_ended_is_not_shown_as_true(shelf: Shelf, tmp_path: Path) -> None:
    shelf.filled()
    stores = cast(Any, shelf.library.stores)
    read, begun = stores.worklist.rows, len(shelf.rows())
    shelf.folder.rename(tmp_path / "taken out")
    shelf.library.scan()

    def slowly(studies: list[int]) -> object:
        found = read(studies)
        shelf.jobs.release(SCAN_SLOT)  # notes that the folder is offline, before these rows are reported
        stores.worklist.rows = read
        return found

    stores.worklist.rows = slowly
    shelf.library.list.want(shelf.keys)
    shelf.jobs.release(ROWS_SLOT)
    assert shelf.state.progress.endswith("1 folder is offline.")
    assert shelf.rows()[begun:] == []
    shelf.library.list.want(shelf.keys)  # the list has been painted
    shelf.jobs.release_all()
    assert [row.online for row in shelf.rows()[begun:]] == [False]


def statuses(shelf: Shelf) -> list[bool]:
    """Return whether each study of the list is online, as the list shows it once it is painted."""
    shelf.library.list.want(shelf.keys)
    shelf.jobs.release_all()
    last = {row.id: row.online for row in shelf.rows()}
    return [last[key] for key in shelf.keys]


def taken_out(shelf: Shelf, place: Path) -> Shelf:
    """Return a library whose only folder was taken out, and scanned then."""
    shelf.filled()
    shelf.folder.rename(place)
    shelf.library.scan()
    shelf.jobs.release_all()
    assert statuses(shelf) == [False] and not shelf.state.roots[0].online
    return shelf


def opens(shelf: Shelf) -> None:
    shelf.library.open(shelf.keys[0])


def is_activated(shelf: Shelf) -> None:
    shelf.library.look_again()


def is_shown_again(shelf: Shelf) -> None:
    shelf.library.detach()
    shelf.library.attach(cast(Any, shelf.view))


@pytest.mark.parametrize("act", [opens, is_activated, is_shown_again])
def test_a_stick_that_is_plugged_in_again_is_online_without_a_scan(
    shelf: Shelf, tmp_path: Path, act: Callable[[Shelf], None]
) -> None:
    taken_out(shelf, tmp_path / "taken out")
    (tmp_path / "taken out").rename(shelf.folder)
    outdated = shelf.view.names().count("outdate_pictures"), shelf.view.names().count("outdate_rows")
    act(shelf)
    shelf.jobs.release_all()
    assert shelf.view.names().count("outdate_pictures") == outdated[0] + 1
    assert shelf.view.names().count("outdate_rows") > outdated[1] + (act is is_shown_again)  # attaching does it once
    assert statuses(shelf) == [True] and shelf.state.roots[0].online
    assert len(shelf.opened) == (act is opens)
    assert shelf.reader.read == ["a"]  # by the first scan only


def is_chosen(shelf: Shelf) -> None:
    shelf.library.check([root.id for root in shelf.state.roots])


def misses_a_file(shelf: Shelf) -> None:
    shelf.library.missed(shelf.folder / "a")


def renamed(folder: Path, place: Path) -> None:
    folder.rename(place)


def emptied(folder: Path, place: Path) -> None:
    folder.rename(place)
    folder.mkdir()  # where a stick is mounted


@pytest.mark.parametrize("pull", [renamed, emptied])
@pytest.mark.parametrize("act", [opens, is_chosen, misses_a_file])
def test_a_stick_that_is_pulled_out_is_offline_as_soon_as_something_of_it_is_wanted(
    shelf: Shelf, tmp_path: Path, act: Callable[[Shelf], None], pull: Callable[[Path, Path], None]
) -> None:
    shelf.filled()
    pull(shelf.folder, tmp_path / "pulled out")
    assert statuses(shelf) == [True]
    act(shelf)
    shelf.jobs.release_all()
    assert statuses(shelf) == [False]
    (root,) = shelf.state.roots
    assert (root.online, root.state) == (False, "offline, still listed")
    gone = f"“{shelf.folder}” is not connected any more. Its studies stay listed, as offline."
    assert shelf.state.notice == (OFFLINE if act is opens else gone)
    assert shelf.opened == [] and shelf.reader.read == ["a"]  # by the first scan only
    if pull is emptied:
        shelf.folder.rmdir()
    (tmp_path / "pulled out").rename(shelf.folder)
    opens(shelf)
    shelf.jobs.release_all()
    assert statuses(shelf) == [True] and len(shelf.opened) == 1


@pytest.mark.parametrize("act", [opens, is_chosen, misses_a_file])
def test_a_file_that_is_gone_does_not_take_its_folder_offline(shelf: Shelf, act: Callable[[Shelf], None]) -> None:
    write(shelf.folder / "b", 2)
    shelf.filled()
    (shelf.folder / "a").unlink()
    act(shelf)
    shelf.jobs.release_all()
    assert statuses(shelf) == [True, True] and shelf.state.roots[0].online


def test_a_study_is_opened_after_a_second_where_its_drive_does_not_answer(shelf: Shelf) -> None:
    shelf.filled()
    opens(shelf)
    held = "library offline root 1"
    all_but(shelf, held)
    assert shelf.opened == [] and held in shelf.jobs.newest
    shelf.timers[-1]()
    all_but(shelf, held)
    assert len(shelf.opened) == 1
    opens(shelf)
    all_but(shelf, held)
    assert len(shelf.opened) == 2  # nobody waits for that drive again


def test_the_library_that_is_opened_anew_looks_for_its_sticks(shelf: Shelf, tmp_path: Path) -> None:
    taken_out(shelf, tmp_path / "taken out").library.close()
    (tmp_path / "taken out").rename(shelf.folder)
    again = Shelf(tmp_path / "home", shelf.folder).open()
    assert statuses(again) == [True] and again.state.roots[0].online
    again.library.close()


def test_another_disc_in_the_same_drive_is_not_taken_for_the_one_that_is_listed(shelf: Shelf, tmp_path: Path) -> None:
    taken_out(shelf, tmp_path / "taken out")
    write(shelf.folder / "a", PatientName="OTHER^OTTO")  # as discs of one burner, with the same names of files
    opens(shelf)
    shelf.jobs.release_all()
    assert shelf.opened == [] and shelf.state.notice == OFFLINE
    assert statuses(shelf) == [False]
    (root,) = shelf.state.roots
    assert (root.online, root.state) == (False, "changed: scan again")
    shelf.library.scan()
    shelf.jobs.release_all()
    assert statuses(shelf) == [True] and shelf.state.roots[0].state == ""


def all_but(shelf: Shelf, held: str) -> None:
    """Let every job run but one."""
    while left := [slot for slot in shelf.jobs.newest if slot != held]:
        shelf.jobs.release(left[0])


def test_drives_that_do_not_answer_leave_threads_for_what_is_opened(shelf: Shelf, tmp_path: Path) -> None:
    folders = [tmp_path / "shares" / str(number) for number in range(MOST_AT_ONCE + 2)]
    for number, one in enumerate(folders):
        write(one / "a", number)
    shelf.filled().library.add(tuple(folders))
    shelf.jobs.release_all()
    (tmp_path / "shares").rename(tmp_path / "gone")
    shelf.library.scan()

    def asked() -> list[str]:
        return [slot for slot in shelf.jobs.newest if slot.startswith("library offline root")]

    while left := [slot for slot in shelf.jobs.newest if slot not in asked()]:
        shelf.jobs.release(left[0])
    assert len(asked()) == MOST_AT_ONCE
    first = asked()[0]
    shelf.jobs.release(first)
    assert len(asked()) == MOST_AT_ONCE and first not in asked()  # the next one's turn
    (tmp_path / "gone").rename(tmp_path / "shares")
    shelf.jobs.release_all()
    shelf.library.look_again()
    shelf.jobs.release_all()
    assert all(root.online for root in shelf.state.roots) and not asked()


def test_a_study_is_opened_at_once_while_a_drive_does_not_answer(shelf: Shelf, tmp_path: Path) -> None:
    write(tmp_path / "share" / "b", 2, StudyDate="19990101")  # listed below the other study
    shelf.filled().library.add((tmp_path / "share",))
    shelf.jobs.release_all()
    (tmp_path / "share").rename(tmp_path / "gone")
    shelf.library.scan()
    all_but(shelf, "library offline root 2")
    shelf.timers[-1]()  # the look after the scan has waited for a second
    opens(shelf)
    all_but(shelf, "library offline root 2")
    assert len(shelf.opened) == 1


@pytest.fixture
def ended(shelf: Shelf, tmp_path: Path) -> Iterator[Callable[[], Shelf]]:
    """A library of three images; what is returned ends its window as a crash does, and opens it again."""
    for number in (2, 3):
        write(shelf.folder / f"image {number}", number, PatientID=f"{number}")
    shelf.scorers = [FakeScorer()]
    shelf.filled()
    later: list[Shelf] = []

    def again() -> Shelf:
        (later or [shelf])[-1].library.close()
        later.append(Shelf(tmp_path / "home", shelf.folder))
        return later[-1].open()

    yield again
    for one in later:
        one.library.close()


def score_one(shelf: Shelf) -> None:
    """Have the jobs run until one image has its score and the model is at the next one."""
    scorer = shelf.scorers[0]
    while len(scorer.ran) < 1 or SCORE_SLOT not in shelf.jobs.newest:
        shelf.jobs.release(next(iter(shelf.jobs.newest)))


def test_a_run_that_ended_with_its_window_is_offered_and_does_what_is_left(
    shelf: Shelf, ended: Callable[[], Shelf]
) -> None:
    shelf.library.score(None)
    score_one(shelf)
    second = ended()
    scoring = second.state.scoring
    assert (scoring.text, scoring.left) == ("2 images of the last run are still without a score.", 2)
    assert not scoring.running  # nothing begins by itself
    second.library.scoring.take_up()
    assert "No model is ready" in second.state.scoring.text
    assert second.state.scoring.left == 2  # it waits for the model
    second.scorers = [FakeScorer()]
    second.library.scoring.take_up()
    assert second.state.scoring.left == 0
    second.jobs.release_all()
    assert (second.state.scoring.text, len(second.scorers[0].ran)) == ("2 images were scored.", 2)
    third = ended()
    assert (third.state.scoring.text, third.state.scoring.left) == ("", 0)


@pytest.fixture
def beside(shelf: Shelf, ended: Callable[[], Shelf], tmp_path: Path) -> Iterator[Shelf]:
    """A second window on the library of three images, whose first one has scored one of them and goes on."""
    second = Shelf(tmp_path / "home", shelf.folder)
    second.scorers = [FakeScorer()]
    shelf.library.score(None)
    score_one(shelf)
    yield second.open()
    second.library.close()


def look_again(shelf: Shelf) -> ScoringState:
    shelf.library.look_again()
    shelf.jobs.release_all()
    return shelf.state.scoring


def test_a_second_window_scores_nothing_while_the_first_does_and_offers_what_is_left(
    shelf: Shelf, beside: Shelf
) -> None:
    assert beside.state.scoring.text == "Another window is scoring the library; its scores appear here too."
    beside.library.score(None)
    beside.jobs.release_all()
    assert beside.state.scoring.text.startswith("Another window is scoring the library. When it has ended")
    assert beside.scorers[0].ran == [] and not beside.state.scoring.left
    shelf.library.scoring.stop()
    shelf.jobs.release_all()
    state = look_again(beside)
    assert state.text == "The scoring of another window has ended; 2 images are still without a score."
    assert (state.left, state.waited) == (2, True)
    beside.library.scoring.take_up()
    beside.jobs.release_all()
    assert (beside.state.scoring.text, len(beside.scorers[0].ran)) == ("2 images were scored.", 2)
    assert look_again(shelf).text == "Scoring stopped after 1 of 3."


def test_a_first_window_that_closes_or_ends_its_run_is_noticed_without_opening_the_library_again(
    shelf: Shelf, beside: Shelf
) -> None:
    beside.library.score(beside.keys[:1])
    beside.jobs.release_all()
    shelf.library.close()
    state = look_again(beside)
    assert (state.left, state.waited) == (2, True)  # of the first window's run: what was wanted here is among it
    beside.library.scoring.take_up()
    beside.jobs.release_all()
    assert len(beside.scorers[0].ran) == 2


def test_a_first_window_that_was_killed_is_noticed_when_the_second_is_activated(shelf: Shelf, beside: Shelf) -> None:
    cast(Any, shelf.library.stores).scores._owner.release()  # as the system does; nothing is written
    assert look_again(beside).left == 2


def test_a_second_window_asks_nothing_about_runs_where_nobody_wrote(
    shelf: Shelf, beside: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.jobs.release_all()
    assert look_again(beside) == ScoringState()
    looks: list[object] = []
    monkeypatch.setattr(beside.library.scoring, "look_at_runs", looks.append)
    look_again(beside)
    assert looks == []


def test_only_the_studies_of_the_run_are_still_without_a_score(shelf: Shelf, ended: Callable[[], Shelf]) -> None:
    shelf.library.score(shelf.keys[:2])
    score_one(shelf)
    second = ended()
    assert second.state.scoring.text == "1 image of the last run is still without a score."
    second.scorers = [FakeScorer()]
    second.library.scoring.take_up()
    second.jobs.release_all()
    assert second.state.scoring.text == "1 image was scored."


def test_a_run_that_the_reader_has_stopped_is_not_offered(shelf: Shelf, ended: Callable[[], Shelf]) -> None:
    shelf.library.score(None)
    score_one(shelf)
    shelf.library.scoring.stop()
    shelf.jobs.release_all()
    assert ended().state.scoring.left == 0


def test_the_library_that_is_opened_anew_leaves_a_run_alone(shelf: Shelf, ended: Callable[[], Shelf]) -> None:
    shelf.library.score(None)
    score_one(shelf)
    shelf.library.detach()
    shelf.open()
    assert (shelf.state.scoring.text, shelf.state.scoring.left) == ("3 images were scored.", 0)


def test_a_scan_that_ended_with_its_window_is_resumed_not_begun_again(shelf: Shelf, ended: Callable[[], Shelf]) -> None:
    assert not shelf.state.resumable  # scanned to its end
    write(shelf.folder.parent / "more" / "c", 7)
    shelf.library.add((shelf.folder.parent / "more",))
    while SCAN_SLOT not in shelf.jobs.newest:
        shelf.jobs.release(next(iter(shelf.jobs.newest)))
    second = ended()
    assert [root.state for root in second.state.roots] == ["", "not scanned to its end"]
    assert second.state.resumable
    second.library.scan()
    assert second.state.scanning
    second.jobs.release_all()
    assert [root.state for root in second.state.roots] == ["", ""]
    ended_at = next(n for n, (name, _) in reversed(list(enumerate(second.view.calls))) if name == "outdate_rows")
    after = [args[0] for name, args in second.view.calls[ended_at:] if name == "show_library"]
    assert after and not any(state.resumable for state in after)  # not for a moment while the folders are read anew


def test_a_later_scan_that_ended_with_its_window_is_resumed_too(shelf: Shelf, ended: Callable[[], Shelf]) -> None:
    second = ended()
    assert not second.state.resumable
    stores = cast(Any, second.library.stores)
    scan = IndexScan(stores.index, second.reader, stores.index.roots(), clock=count().__next__)
    assert not scan.step(CancelToken(), seconds=1.5).finished  # time for one thing: beginning with the folder
    scan.close()
    third = ended()
    assert [root.state for root in third.state.roots] == ["not scanned to its end"] and third.state.resumable
    third.library.scan()
    third.jobs.release_all()
    assert [root.state for root in third.state.roots] == [""] and not third.state.resumable


def test_a_folder_that_is_removed_while_it_is_scanned_again_is_not_scanned_any_more(two: Shelf) -> None:
    one, other = two.state.roots
    begin = two.library._begin_scan
    scanned: list[list[int]] = []
    two.library._begin_scan = lambda roots: (scanned.append([root.id for root in roots]), begin(roots))  # type: ignore
    two.library.scan()
    cast(Any, two.library.stores).index.begin_scan(cast(Any, two.library)._roots[0])  # as the scan does
    two.library._load_roots()
    two.library.remove([one.id])
    two.jobs.release_all()
    assert scanned[-1] == [other.id]


def test_an_empty_list_names_the_button_that_lists_its_studies(shelf: Shelf, ended: Callable[[], Shelf]) -> None:
    shelf.library.remove([root.id for root in shelf.state.roots])
    shelf.jobs.release_all()
    assert "Add a folder" in shelf.state.message and not shelf.state.resumable
    shelf.library.add((shelf.folder,))
    while SCAN_SLOT not in shelf.jobs.newest:
        shelf.jobs.release(next(iter(shelf.jobs.newest)))
    second = ended()
    assert "“Resume” lists their studies" in second.state.message and second.state.resumable


def test_an_empty_library_says_to_add_a_folder_whatever_is_wanted_of_it(shelf: Shelf, tmp_path: Path) -> None:
    shelf.scorers = [FakeScorer()]
    shelf.open()
    shelf.library.score(None)
    shelf.jobs.release_all()
    assert shelf.state.scoring.text == "Nothing to score: add a folder first."
    shelf.library.list.search("Erika")
    shelf.jobs.release_all()
    assert shelf.state.message.startswith("Add a folder")
    (tmp_path / "none").mkdir()
    shelf.library.add((tmp_path / "none",))
    shelf.jobs.release_all()
    shelf.library.score(None)
    shelf.jobs.release_all()
    assert shelf.state.scoring.text == "Nothing to score: the folders of the library hold no image that was read."
    shelf.library.add((shelf.folder,))
    shelf.jobs.release_all()
    shelf.library.score(None)
    shelf.jobs.release_all()
    shelf.library.score(None)
    shelf.jobs.release_all()
    assert shelf.state.scoring.text == "Nothing to score: every image within reach has its scores."


@pytest.fixture
def two(shelf: Shelf, tmp_path: Path) -> Shelf:
    """A library of two folders, each with one study."""
    for number, name in enumerate(("one", "other"), 11):
        write(tmp_path / name / "a.dcm", number, PatientID=name)
    shelf.open().library.add((tmp_path / "one", tmp_path / "other"))
    shelf.jobs.release_all()
    return shelf


def titles(shelf: Shelf) -> list[str]:
    return sorted(Path(root.title).name for root in shelf.state.roots)


def number_of(shelf: Shelf, name: str) -> int:
    return next(root.id for root in shelf.state.roots if Path(root.title).name == name)


def kept_statuses(shelf: Shelf) -> list[str]:
    """Return the statuses of the studies whose folder is listed, sorted."""
    shown = list[str]()
    shelf.library.look(
        "statuses", lambda stores: stores.worklist.rows(list(stores.worklist.keys(Column.ID, descending=False)[0])),
        lambda rows: shown.extend(row.status.value for row in rows),
    )  # fmt: skip
    shelf.jobs.release_all()
    return sorted(shown)


@pytest.mark.parametrize("at_once", [False, True], ids=["one after the other", "before any has begun"])
def test_undo_takes_back_marks_and_removed_folders_in_the_order_in_which_they_were_made(
    two: Shelf, at_once: bool
) -> None:
    def settle() -> None:
        if not at_once:
            two.jobs.release_all()

    study = max(two.view.last("show_keys")[0])
    one, other = number_of(two, "one"), number_of(two, "other")
    two.library.mark([study], StudyStatus.READ)
    settle()
    two.library.remove([one])
    settle()
    two.library.mark([study], StudyStatus.OPENED)
    settle()
    two.library.remove([other])
    two.jobs.release_all()
    assert titles(two) == []
    after = []
    for _ in range(4):
        assert two.state.can_undo
        two.library.undo()
        two.jobs.release_all()
        after.append((titles(two), kept_statuses(two)))
    assert after == [
        (["other"], ["opened"]),
        (["other"], ["read"]),
        (["one", "other"], ["new", "read"]),
        (["one", "other"], ["new", "new"]),
    ]
    assert not two.state.can_undo


def test_undo_pressed_faster_than_it_works_keeps_the_order(two: Shelf) -> None:
    study = max(two.view.last("show_keys")[0])
    two.library.mark([study], StudyStatus.READ)
    two.library.remove([number_of(two, "one")])
    two.library.mark([study], StudyStatus.OPENED)
    two.jobs.release_all()
    two.library.undo()
    two.library.undo()
    two.jobs.release_all()
    assert titles(two) == ["one", "other"] and kept_statuses(two) == ["new", "read"]


def test_undo_passes_over_a_folder_that_was_added_again_by_hand(two: Shelf, tmp_path: Path) -> None:
    study = max(two.view.last("show_keys")[0])
    two.library.mark([study], StudyStatus.READ)
    two.library.remove([number_of(two, "one")])
    two.jobs.release_all()
    two.library.add((tmp_path / "one",))
    two.jobs.release_all()
    two.library.undo()
    two.jobs.release_all()
    assert titles(two) == ["one", "other"] and kept_statuses(two) == ["new", "new"]


def test_a_folder_that_cannot_be_removed_is_no_step_of_undo(two: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(index: Index, root: Root) -> None:
        raise LibraryError(msg("Another window writes."))

    with monkeypatch.context() as patched:
        patched.setattr(Index, "remove_root", held)
        two.library.remove([number_of(two, "one")])
        two.jobs.release_all()
    assert titles(two) == ["one", "other"] and not two.state.can_undo


def test_what_is_written_is_not_replaced_by_what_is_wanted_before_it_has_begun(two: Shelf, tmp_path: Path) -> None:
    one, other = number_of(two, "one"), number_of(two, "other")
    two.library.remove([one])
    two.library.remove([other])
    two.jobs.release_all()
    assert titles(two) == []
    two.library.undo()
    two.library.undo()
    two.jobs.release_all()
    assert titles(two) == ["one", "other"]
    done, persons = list[int](), [person_of(header(name)) for name in ("A^B", "C^D", "E^F")]
    two.library.decide_persons(persons[0], persons[1], same=True, done=lambda: done.append(1))
    two.library.decide_persons(persons[1], persons[2], same=True, done=lambda: done.append(2))
    two.jobs.release_all()
    assert done == [1, 2]
