"""Network folders that fall silent while they are read: the scan gives them up, and nothing is lost by it."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled
from cxrviewer.studies import silence
from cxrviewer.studies.index.scan import IndexScan
from cxrviewer.studies.listing import Reached
from cxrviewer.studies.scan import Scan, ScanBatch
from cxrviewer.studies.silence import Asked, SilentError, ask
from tests.builders.library import Library, write
from tests.fakes import FakeReader, header
from tests.unit.test_presenters_library import Shelf
from tests.unit.test_presenters_worklist import List, stamped


class Share:
    """A folder about which no question is answered while it is silent."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.silent = folder, False
        self.answers, self.reached, self.left = threading.Event(), threading.Event(), list[threading.Thread]()
        self.without_end = threading.Event()

    def fall_silent(self) -> None:
        self.silent = True
        self.answers.clear()

    def answer(self) -> None:
        """Answer again, also what was asked before."""
        self.silent = False
        self.answers.set()
        for thread in self.left:
            thread.join(60)
        self.left.clear()

    def ask(self, place: Any) -> None:
        path = Path(os.fsdecode(place))
        if self.silent and (path == self.folder or self.folder in path.parents):
            self.left.append(threading.current_thread())
            self.reached.set()
            self.answers.wait(60)


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Share]:
    made = Share(tmp_path / "share")
    made.folder.mkdir()

    def asking(real: Callable[..., Any]) -> Callable[..., Any]:
        def asked(place: Any, *args: Any, **named: Any) -> Any:
            if not isinstance(place, int):
                made.ask(place)
            return real(place, *args, **named)

        return asked

    for name in ("stat", "scandir"):
        monkeypatch.setattr(os, name, asking(getattr(os, name)))
    # Only the silent share is given up, however slow the machine is.
    wait = Asked[Any].wait

    def waits(asked: Asked[Any], patience: float, cancel: CancelToken | None = None) -> bool:
        if patience == math.inf:
            made.without_end.set()
        while True:
            over = wait(asked, 0.05, cancel)
            there = made.silent and (asked.place == made.folder or made.folder in asked.place.parents)
            if over or (cancel is not None and cancel.cancelled) or (there and patience < 1000):
                return over
            asked.be_patient()

    monkeypatch.setattr(Asked, "wait", waits)
    yield made
    made.answer()
    assert not silence._left


def test_what_only_takes_long_is_waited_for(share: Share) -> None:
    share.fall_silent()
    slow = threading.Event()

    def question(asked: Asked[str]) -> str:
        slow.wait(60)
        return "late"

    real = silence._touch

    def touched(place: Path) -> None:  # the second question is answered: the share is there
        slow.set()

    silence._touch = touched
    try:
        assert ask(share.folder, question, CancelToken()) == "late"
    finally:
        silence._touch = real


def test_a_question_that_is_not_answered_is_given_up_and_its_thread_ends_once_it_is(share: Share) -> None:
    share.fall_silent()
    with pytest.raises(SilentError) as caught:
        ask(share.folder, lambda _: os.scandir(share.folder).close(), CancelToken())
    assert caught.value.place == share.folder
    assert len(silence._left) == 2  # the question, and the one that found out
    share.answer()
    assert not silence._left


def test_what_answers_while_nothing_else_does_was_only_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    probed, answered, end = threading.Event(), threading.Event(), threading.Event()
    threads: list[threading.Thread] = []
    waited: list[Asked[Any]] = []
    wait = Asked[Any].wait

    def waits(asked: Asked[Any], patience: float, cancel: CancelToken | None = None) -> bool:
        waited.append(asked)
        if len(waited) == 1:
            return False  # the disk has not answered yet
        if asked is waited[0]:
            return wait(asked, 60, cancel)
        answered.wait(60)
        return False  # nor is the second question answered

    def touched(place: Path) -> None:
        threads.append(threading.current_thread())
        probed.set()
        end.wait(60)

    def question(asked: Asked[str]) -> str:
        probed.wait(60)
        asked.step()
        answered.set()
        return "late"

    monkeypatch.setattr(silence, "_touch", touched)
    monkeypatch.setattr(Asked, "wait", waits)
    try:
        assert ask(Path("slow"), question, CancelToken()) == "late"
    finally:
        end.set()
        threads[0].join(60)


def test_a_cancel_ends_the_wait_for_a_silent_share(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "PATIENCE", 1e6)
    share.fall_silent()
    cancel = CancelToken()
    threading.Thread(target=lambda: (share.reached.wait(60), cancel.cancel())).start()
    with pytest.raises(JobCancelled):
        ask(share.folder, lambda _: os.scandir(share.folder).close(), cancel)


def test_no_more_threads_are_left_behind_than_allowed(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "MOST_LEFT", 2)
    share.fall_silent()
    with pytest.raises(SilentError):
        ask(share.folder / "one", lambda _: os.scandir(share.folder).close(), CancelToken())
    cancel = CancelToken()
    answers: list[str] = []
    waiting = threading.Thread(target=lambda: answers.append(ask(share.folder, lambda _: _asks(share), cancel)))
    waiting.start()
    assert share.without_end.wait(60)
    assert len(silence._left) == 2
    share.answer()
    waiting.join(60)
    assert answers == ["answered"]


def test_a_place_that_still_does_not_answer_holds_up_nothing_once_no_more_threads_may_be_left_behind(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "MOST_LEFT", 2)
    share.fall_silent()

    def asked(place: Path) -> str:
        return ask(place, lambda _: _asks(share), CancelToken())

    for place in (share.folder, share.folder, share.folder / "below" / "it"):
        with pytest.raises(SilentError):
            asked(place)
        assert len(silence._left) == 2
    share.answer()
    assert asked(share.folder) == "answered"


def _asks(share: Share) -> str:
    os.scandir(share.folder).close()
    return "answered"


# What is opened


def scanned(scan: Scan) -> list[ScanBatch]:
    batches = [scan.step(CancelToken())]
    while not batches[-1].finished:
        batches.append(scan.step(CancelToken()))
    return batches


def images_in(folder: Path, *names: str) -> dict[str, Any]:
    """Write files with these paths; return headers for a `FakeReader`."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    return {Path(name).name: header(Path(name).name) for name in names}


def names_of(batches: list[ScanBatch]) -> list[str]:
    return [entry.path.name for batch in batches for entry in batch.entries]


def test_a_scan_gives_up_what_is_silent_and_goes_on_with_the_rest(share: Share, tmp_path: Path) -> None:
    read = FakeReader(images_in(tmp_path, "share/a", "local/c"))
    scan = Scan([share.folder, tmp_path / "local"], read)
    share.fall_silent()
    batches = scanned(scan)
    assert names_of(batches) == ["c"] and batches[-1].silent == (share.folder,)


def test_what_lies_beside_a_silent_folder_is_found(share: Share, tmp_path: Path) -> None:
    read = FakeReader(images_in(tmp_path, "a", "share/b", "z/c"))
    share.fall_silent()
    batches = scanned(Scan([tmp_path], read, known=[share.folder / "b", share.folder / "gone"]))
    assert sorted(set(names_of(batches))) == ["a", "c"]
    assert batches[-1].silent == (share.folder,)
    assert [one.path for batch in batches for one in batch.skipped] == []


def test_a_share_that_is_silent_twice_is_not_asked_a_third_time(
    share: Share, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = FakeReader(images_in(tmp_path, "share/a", *(f"share/deep{number}/b{number}" for number in range(5))))
    scan = Scan([share.folder], read)
    stat = os.stat

    def all_below(place: Any, *args: Any, **named: Any) -> Any:
        if not isinstance(place, int) and Path(os.fsdecode(place)).name.startswith("deep"):
            share.silent = True
            share.ask(place)
        share.silent = False
        return stat(place, *args, **named)

    monkeypatch.setattr(os, "stat", all_below)
    batches = scanned(scan)
    assert batches[-1].silent == (share.folder / "deep0", share.folder)


def test_a_file_that_was_listed_is_not_gone_because_its_share_is_silent(share: Share, tmp_path: Path) -> None:
    (share.folder / "a").write_bytes(b"x")
    scan = Scan([share.folder], FakeReader({"a": header("a")}), known=[share.folder / "a", share.folder / "b"])
    share.fall_silent()
    (batch,) = scanned(scan)
    assert (batch.entries, batch.skipped, batch.finished) == ((), (), True)


def test_a_scan_that_is_given_up_tells_nothing_once_the_share_answers(share: Share) -> None:
    (share.folder / "a").write_bytes(b"x")
    read = FakeReader({"a": header("a")})
    scan = Scan([share.folder], read)
    share.fall_silent()
    assert scan.step(CancelToken()).finished
    share.answer()
    assert read.read == []
    again = scanned(Scan([share.folder], read))
    assert [entry.path.name for batch in again for entry in batch.entries] == ["a"]


def test_a_copy_on_a_share_that_has_fallen_silent_does_not_hold_up_the_one_that_answers(
    share: Share, tmp_path: Path
) -> None:
    read = FakeReader(images_in(tmp_path, "share/x", "local/x"))

    def reading(path: Path, cancel: CancelToken) -> Any:
        if path.parent.name == "local":
            share.fall_silent()
        return read(path, cancel)

    batches = scanned(Scan([share.folder, tmp_path / "local"], reading))
    assert batches[-1].silent == (share.folder / "x", share.folder)
    assert [entry.path for batch in batches for entry in batch.entries][-1] == tmp_path / "local" / "x"


def test_what_was_reached_through_a_silent_share_before_is_listed_by_the_path_that_answers(
    share: Share, tmp_path: Path
) -> None:
    read = FakeReader(images_in(tmp_path, "local/x"))
    (share.folder / "link").symlink_to(tmp_path / "local")
    reached = Reached()
    (first,) = names_of(scanned(Scan([share.folder / "link"], read, reached=reached)))
    share.fall_silent()
    batches = scanned(Scan([tmp_path / "local"], read, reached=reached))
    assert [entry.path for batch in batches for entry in batch.entries] == [tmp_path / "local" / first]
    assert batches[-1].silent == ()


def test_a_copy_that_is_found_once_its_share_is_silent_is_no_other_content(share: Share, tmp_path: Path) -> None:
    (share.folder / "x").write_bytes(b"x")
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "x").write_bytes(b"x")
    work = List(tmp_path, {"x": stamped(1, "x")})
    read = work.presenter._read_header

    def reading(path: Path, cancel: CancelToken) -> Any:
        if path.parent.name == "local":
            share.fall_silent()
        return read(path, cancel)

    work.presenter._read_header = reading
    brought: list[Any] = []
    work.presenter.bring((share.folder, tmp_path / "local"), brought.append)
    work.jobs.release_all()
    assert [entry.path.parent.name for entry in brought[0]] == ["share", "local"]
    assert not any(work.presenter.colliding(entry) for entry in brought[0])


def test_the_list_names_what_is_silent_and_opens_what_comes_behind_it(share: Share, tmp_path: Path) -> None:
    (share.folder / "a").write_bytes(b"x")
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "b").write_bytes(b"x")
    work = List(tmp_path, {"a": header("a"), "b": header("b")})
    share.fall_silent()
    work.presenter.open_paths((share.folder,))
    work.presenter.open_paths((tmp_path / "local",))
    work.jobs.release_all()
    feet = [args[0].text for name, args in work.view.calls if name == "show_scan"]
    words = (
        f"“{share.folder}” does not answer, so films in it may not be listed. Check its connection, then open it again."
    )
    assert [foot for foot in feet if "answer" in foot] == [words]
    assert work.said == [words]
    assert len(work.images()) == 1


# The library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "home")
    yield made
    made.close()


def run(library: Library) -> Any:
    return IndexScan(library.index, library.reader, library.index.roots(), now_ns=lambda: 2**62).run(CancelToken())


def test_the_library_keeps_what_it_knows_of_a_silent_share_and_scans_the_other_folders(
    library: Library, share: Share, tmp_path: Path
) -> None:
    write(share.folder / "a", 1)
    write(share.folder / "deep" / "b", 2)
    write(tmp_path / "local" / "c", 3)
    library.scan(share.folder, tmp_path / "local")
    write(tmp_path / "local" / "d", 4)
    share.fall_silent()
    state = run(library)
    assert (state.silent, state.read, state.removed, state.finished) == ((share.folder,), 1, 0, True)
    assert [(root.path.name, root.online) for root in library.index.roots()] == [("share", False), ("local", True)]
    assert len(library.images()) == 4
    share.answer()
    assert run(library).silent == ()
    assert all(root.online for root in library.index.roots()) and len(library.images()) == 4


def test_a_share_that_falls_silent_in_the_middle_loses_no_study(
    library: Library, share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("a", "deep/b", "deep/deeper/c")):
        write(share.folder / name, number)
    library.scan(share.folder)
    (share.folder / "deep" / "b").unlink()  # would be noted as gone, were the folder read
    listed = os.scandir

    def scandir(place: Any) -> Any:
        if Path(place) == share.folder / "deep" and not share.answers.is_set():
            share.fall_silent()
        share.ask(place)
        return listed(place)

    monkeypatch.setattr(os, "scandir", scandir)
    state = run(library)
    assert (state.silent, state.removed) == ((share.folder / "deep",), 0)
    assert len(library.images()) == 3
    share.answer()
    assert len(library.images()) == 3  # the thread that was left behind has written nothing
    assert run(library).removed == 1


def test_headers_of_a_silent_share_are_not_waited_for(library: Library, share: Share, tmp_path: Path) -> None:
    write(share.folder / "a", 1)
    write(tmp_path / "local" / "c", 3)
    for path in (share.folder, tmp_path / "local"):
        library.index.add_root(path)

    def before(name: str) -> None:
        if name == "a" and not share.answers.is_set():
            share.fall_silent()
            share.ask(share.folder)

    library.reader.before = before
    state = run(library)
    assert (state.silent, state.read, state.skipped) == ((share.folder / "a",), 1, 0)
    share.answer()
    assert run(library).read == 1


def test_a_copy_on_a_silent_share_does_not_hold_up_the_scan_of_another_folder(
    library: Library, share: Share, tmp_path: Path
) -> None:
    for number, name in enumerate(("a", "b")):
        write(share.folder / name, number)
    library.scan(share.folder)
    for number, name in enumerate(("a", "b")):
        write(tmp_path / "local" / name, number)
    library.index.add_root(tmp_path / "local")
    share.fall_silent()
    roots = [root for root in library.index.roots() if root.path.name == "local"]
    scan = IndexScan(library.index, library.reader, roots, now_ns=lambda: 2**62)
    state = scan.run(CancelToken())
    assert (state.silent, state.offline, state.read, state.finished) == ((), (), 2, True)
    assert len(share.left) == 2  # asked once: the comparison, and the question that found out
    assert [len(places) for _, _, places in library.images()] == [2, 2]


def test_a_silent_share_is_named_listed_as_offline_and_scanned_again_by_resume(share: Share, tmp_path: Path) -> None:
    os.utime(write(share.folder / "a"), (1e9, 1e9))  # one that was just written is read again
    shelf = Shelf(tmp_path / "home", share.folder).filled()
    share.fall_silent()
    shelf.library.scan()
    held = "library offline root 1"
    while left := [slot for slot in shelf.jobs.newest if slot != held]:
        shelf.jobs.release(left[0])
    assert shelf.state.notice == (
        f"“{share.folder}” does not answer. What is known of it stays listed, as offline. Check its connection, then "
        "resume the scan."
    )
    assert shelf.state.progress == "Scan not complete: 0 read, 0 unchanged, 0 gone. 1 folder is offline."
    assert shelf.state.resumable and not shelf.state.scanning and not shelf.state.roots[0].online
    share.answer()
    write(share.folder / "b", 2)
    shelf.library.scan()
    shelf.jobs.release_all()
    assert shelf.state.roots[0].online and not shelf.state.resumable
    assert shelf.state.progress == "Scan complete: 1 read, 1 unchanged, 0 gone."
    shelf.library.close()


def test_a_silent_share_is_not_named_where_patients_are_hidden(share: Share, tmp_path: Path) -> None:
    write(share.folder / "a")
    shelf = Shelf(tmp_path / "home", share.folder).filled()
    shelf.library._privacy.set_hidden(hidden=True)
    share.fall_silent()
    shelf.library.scan()
    while left := [slot for slot in shelf.jobs.newest if slot != "library offline root 1"]:
        shelf.jobs.release(left[0])
    assert shelf.state.notice.startswith("A folder does not answer.")
    shelf.library.close()
