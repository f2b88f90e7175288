from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath

import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled
from cxrviewer.imaging.contents import Header, Member
from cxrviewer.studies.library import ImageEntry
from cxrviewer.studies.listing import Entered, Reached
from cxrviewer.studies.scan import FAULT, Scan, ScanBatch, Skipped
from tests.fakes import FakeReader, header


def run(scan: Scan) -> tuple[list[ImageEntry], list[Skipped], list[ScanBatch]]:
    batches: list[ScanBatch] = []
    while not batches or not batches[-1].finished:
        batches.append(scan.step(CancelToken()))
        assert len(batches) < 1000
    return [e for b in batches for e in b.entries], [s for b in batches for s in b.skipped], batches


def reader(*names: str) -> FakeReader:
    return FakeReader({name: header(name) for name in names})


def test_folders_are_walked_to_the_bottom(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    (deep / "IM0001").write_bytes(b"x")
    (tmp_path / "IM0002").write_bytes(b"x")
    entries, skipped, batches = run(Scan([tmp_path], reader("IM0001", "IM0002")))
    assert [e.path.name for e in entries] == ["IM0002", "IM0001"]
    assert skipped == []
    assert (batches[-1].done, batches[-1].total) == (2, 2)


def test_the_first_image_is_handed_over_before_the_rest_is_read(tmp_path: Path) -> None:
    for i in range(20):
        (tmp_path / f"f{i:02d}").write_bytes(b"x")
    read = reader(*(f"f{i:02d}" for i in range(20)))
    scan = Scan([tmp_path], read)
    assert [e.path.name for e in scan.step(CancelToken()).entries] == ["f00"]
    assert len(read.read) == 1


def test_a_directory_loop_ends(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "back").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "f").write_bytes(b"x")
    (tmp_path / "link-to-f").symlink_to(tmp_path / "f")
    entries, skipped, _ = run(Scan([tmp_path, tmp_path], reader("f")))
    assert [e.path.name for e in entries] == ["f"]
    assert skipped == []


def test_known_paths_are_no_further_question_to_the_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50):
        (tmp_path / f"f{number:02d}").write_bytes(b"x")
    reached, asked = Reached(), list[Path]()
    real = Path.stat

    def stat(path: Path, **more: object) -> os.stat_result:
        asked.append(path)
        return real(path, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "stat", stat)
    run(Scan([tmp_path], reader(), reached=reached))
    once = len(asked)
    run(Scan([tmp_path], reader(), reached=reached))
    assert len(asked) == 2 * once


def changed(status: os.stat_result, **fields: int) -> os.stat_result:
    """Return a status with other fields; times in seconds."""
    numbers = ("st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size", "st_atime", "st_mtime")
    values = [fields.get(name, getattr(status, name)) for name in (*numbers, "st_ctime")]
    times = {f"{name}_ns": getattr(status, f"{name}_ns") for name in ("st_atime", "st_mtime", "st_ctime")}
    times |= {f"{name}_ns": value * 10**9 for name, value in fields.items() if f"{name}_ns" in times}
    return os.stat_result(values, times)


@pytest.mark.parametrize("other", [{"st_size": 2}, {"st_mtime": 1}])
def test_files_of_two_sticks_with_one_serial_number_have_rows_of_their_own(
    tmp_path: Path, other: dict[str, int]
) -> None:
    first = tmp_path / "E" / "IM1"
    first.parent.mkdir()
    first.write_bytes(b"x")
    status = first.stat()
    reached, second = Reached(), tmp_path / "F" / "IM1"
    assert reached.first(first, status) == first
    assert reached.first(second, changed(status)) == first  # a link
    assert reached.first(second, changed(status, **other)) == second


def test_a_stick_with_the_serial_number_of_another_one_is_looked_at(tmp_path: Path) -> None:
    status = tmp_path.stat()
    entered = Entered()
    assert not entered.before(PureWindowsPath("E:/DICOM"), status)
    assert entered.before(PureWindowsPath("E:/link"), status)
    assert not entered.before(PureWindowsPath("F:/DICOM"), status)


def test_a_file_that_gets_the_number_of_one_that_was_deleted_during_the_scan_is_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"x")
    entered = Entered()
    assert not entered.before(file, file.stat())
    assert entered.before(tmp_path / "hard link", file.stat())
    assert not entered.before(tmp_path / "b", changed(file.stat(), st_mtime=1))


def test_a_zip_reached_by_a_link_is_looked_into_by_the_path_that_ends_as_one(tmp_path: Path) -> None:
    disc = tmp_path / "disc.zip"
    with zipfile.ZipFile(disc, "w") as archive:
        archive.writestr("IM1", b"x")
    (tmp_path / "link").symlink_to(disc)
    (tmp_path / "other.zip").symlink_to(disc)
    reached = Reached()
    members = (Member("IM1", 1, 1, 1),)

    def opened(path: Path) -> list[Path]:
        scan = Scan([path], reader("IM1"), reached=reached, list_members=lambda where, cancel: members)
        return [entry.path for entry in run(scan)[0]]

    assert opened(disc) == [disc / "IM1"]
    assert opened(tmp_path / "link") == [disc / "IM1"]
    assert opened(tmp_path / "other.zip") == [disc / "IM1"]
    reached = Reached()
    reached.first(tmp_path / "link", disc.stat())
    assert opened(disc) == [disc / "IM1"]


def test_dead_links_and_special_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "dead").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    _, skipped, _ = run(Scan([tmp_path], reader()))
    assert {s.path.name: s.reason for s in skipped} == {
        "dead": "The file or folder is no longer there.",
        "pipe": "Not a regular file.",
    }


def test_an_unreadable_folder_is_reported_and_the_rest_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    (tmp_path / "z").write_bytes(b"x")
    real = os.scandir

    def scandir(path: Path) -> object:  # permissions do not stop root, so the rejection is made here
        if Path(path) == locked:
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    entries, skipped, _ = run(Scan([tmp_path], reader("z")))
    assert [e.path.name for e in entries] == ["z"]
    assert [(s.path.name, s.reason) for s in skipped] == [
        ("locked", "The folder may not be read; check its access rights.")
    ]


def test_an_unreadable_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x")

    def reject(path: Path, cancel: object) -> object:
        raise PermissionError(13, "Permission denied")

    _, skipped, _ = run(Scan([tmp_path], reject))  # type: ignore[arg-type]
    assert [s.reason for s in skipped] == ["The file may not be read; check its access rights."]


def test_files_are_announced_in_groups_once_the_first_image_is_there(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number:02d}").write_bytes(b"x")
    announced: list[list[str]] = []

    def ahead(paths: Sequence[Path], cancel: CancelToken) -> None:
        announced.append([path.name for path in paths])

    entries, _, _ = run(Scan([tmp_path], reader(*(f"{n:02d}" for n in range(40))), read_ahead=ahead))
    assert len(entries) == 40
    assert [len(group) for group in announced] == [16, 16, 7]  # 39 after the first, which waits for nothing
    assert [name for group in announced for name in group] == [f"{n:02d}" for n in range(1, 40)]


def test_headers_of_two_opened_folders_are_not_read_together(tmp_path: Path) -> None:
    for number in range(6):
        file = tmp_path / f"opened{number // 4}" / f"sub{number % 2}" / f"{number}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    announced: list[set[str]] = []

    def ahead(paths: Sequence[Path], cancel: CancelToken) -> None:
        announced.append({path.name for path in paths})

    read = reader(*(str(number) for number in range(6)))
    run(Scan([tmp_path / "opened0", tmp_path / "opened1"], read, read_ahead=ahead))
    assert announced == [{"2", "1", "3"}, {"4", "5"}]


def test_a_bug_that_one_file_finds_does_not_hide_the_files_after_it(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(b"x")
    read = reader("b")

    def odd(path: Path, cancel: CancelToken) -> object:
        if path.name == "a":
            raise KeyError("a superscript digit, say")
        return read(path, cancel)

    entries, skipped, _ = run(Scan([tmp_path], odd))  # type: ignore[arg-type]
    assert [entry.path.name for entry in entries] == ["b"]
    assert [one.reason for one in skipped] == [FAULT]


def test_a_missing_path_is_reported(tmp_path: Path) -> None:
    _, skipped, _ = run(Scan([tmp_path / "gone"], reader()))
    assert [s.reason for s in skipped] == ["The file or folder is no longer there."]


def test_five_thousand_junk_files_are_no_burden(tmp_path: Path) -> None:
    for i in range(5000):
        (tmp_path / f"j{i}").write_bytes(b"junk")
    start = time.perf_counter()
    entries, skipped, _ = run(Scan([tmp_path], reader()))
    assert (len(entries), len(skipped)) == (0, 5000)
    assert time.perf_counter() - start < 5


def test_cancelling_stops_between_two_files(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x")
    token = CancelToken()
    token.cancel()
    with pytest.raises(JobCancelled):
        Scan([tmp_path], reader("f")).step(token)


def test_a_step_ends_when_its_time_is_up(tmp_path: Path) -> None:
    for i in range(50):
        (tmp_path / f"j{i:02d}").write_bytes(b"junk")
    ticks = iter(range(10_000))
    scan = Scan([tmp_path], reader(), clock=lambda: float(next(ticks)))
    batch = scan.step(CancelToken(), seconds=10)
    assert not batch.finished
    assert 0 < batch.done < 50


def test_only_a_byte_for_byte_copy_is_left_out(tmp_path: Path) -> None:
    for name, content in (("a", b"one"), ("b", b"one"), ("c", b"two")):
        (tmp_path / name).write_bytes(content)
    same = header("A")
    entries, skipped, _ = run(Scan([tmp_path], FakeReader({"a": same, "b": same, "c": same})))
    assert [e.path.name for e in entries] == ["a", "c"]
    assert [(s.path.name, s.reason) for s in skipped] == [("b", "A copy of a film that is already in the list.")]


@pytest.mark.parametrize("fault", [RecursionError(), MemoryError(), ValueError("٣²"), KeyError("x"), AssertionError()])
def test_a_fault_nobody_foresaw_is_the_reason_of_one_file(
    tmp_path: Path, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("a", "bad", "z"):
        (tmp_path / name).write_bytes(b"x")
    good = reader("a", "z")

    def read(path: Path, cancel: CancelToken | None = None) -> Header:
        if path.name == "bad":
            raise fault
        return good(path, cancel)

    entries, skipped, _ = run(Scan([tmp_path], read))
    assert [e.path.name for e in entries] == ["a", "z"]
    assert [(s.path.name, s.reason) for s in skipped] == [("bad", FAULT)]
    assert "looking at a file failed" in caplog.text


def test_a_fault_of_the_file_system_nobody_foresaw_ends_no_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "film").write_bytes(name.encode())
    real = os.scandir

    def scandir(path: Path) -> object:
        if Path(path).name == "a":
            raise ValueError("a fault of a driver")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    entries, skipped, _ = run(Scan([tmp_path], reader("film")))
    assert [e.path.parent.name for e in entries] == ["b"]
    assert [(s.path.name, s.reason) for s in skipped] == [("a", FAULT)]


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
def test_a_folder_whose_name_is_no_text_is_listed(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (folder / "film").write_bytes(b"x")
    entries, skipped, _ = run(Scan([folder], reader("film")))
    assert [e.path for e in entries] == [folder / "film"] and skipped == []
    assert entries[0].key.isascii() and len(entries[0].key) == 32


def test_listed_files_that_are_gone_are_reported_after_the_walk(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"x")
    listed = [tmp_path / "there", tmp_path / "gone", tmp_path.parent / "elsewhere"]
    entries, skipped, _ = run(Scan([tmp_path], reader("there"), known=listed))
    assert [e.path.name for e in entries] == ["there"]
    assert [(s.path.name, s.reason) for s in skipped] == [("gone", "The file or folder is no longer there.")]
