"""The document of a reading: edits, history, journal."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxrviewer.reading import journal as journals
from cxrviewer.reading.annotations import (
    Angle,
    Annotation,
    Arrow,
    Calibration,
    CalibrationKind,
    CardiothoracicRatio,
    CobbAngle,
    Ellipse,
    Length,
    ManualCalibration,
    Polygon,
    Rectangle,
    Text,
)
from cxrviewer.reading.calibrating import calibration_in_use, recalibrated
from cxrviewer.reading.document import (
    Decision,
    Document,
    Edit,
    FindingRef,
    Reading,
    SetAnnotation,
    SetDecision,
    SetImpression,
    SetKeyImage,
    SetPicture,
    SetView,
    StaleEditError,
    Verdict,
)
from cxrviewer.reading.journal import Did, Header, Journal, JournalError, Noted, Redid, Undid, line_of
from cxrviewer.reading.journal_file import JournalFile, Writer, whole
from cxrviewer.reading.values import ImageRef, Point, ViewState, WindowGrey

IMAGES = tuple(ImageRef("1.2", "1.2.3", f"1.2.3.{n}") for n in range(3))
POINTS = st.builds(Point, st.floats(-100, 5000), st.floats(-100, 5000))
BASES = st.builds(Calibration, st.sampled_from(CalibrationKind), st.floats(0.01, 5), st.floats(0.01, 5))
SHAPES = st.one_of(
    st.builds(Length, POINTS, POINTS, BASES, st.sampled_from([("", ""), ("tube tip", "carina")])),
    st.builds(Angle, POINTS, POINTS, POINTS, BASES),
    st.builds(CobbAngle, POINTS, POINTS, POINTS, POINTS, BASES),
    st.builds(Rectangle, POINTS, POINTS, BASES),
    st.builds(Ellipse, POINTS, POINTS, BASES),
    st.builds(Polygon, st.lists(POINTS, min_size=3, max_size=6).map(tuple), BASES),
    st.builds(Arrow, POINTS, POINTS, st.text(max_size=20)),
    st.builds(Text, POINTS, st.text(max_size=20)),
    st.builds(CardiothoracicRatio, POINTS, POINTS, POINTS, POINTS, BASES, st.booleans()),
    st.tuples(POINTS, POINTS, st.floats(0.1, 1000))
    .filter(lambda line: line[0] != line[1])
    .map(lambda line: ManualCalibration(*line)),
)
VIEWS = st.builds(
    ViewState,
    grey=st.builds(WindowGrey, st.floats(-1000, 5000), st.floats(1, 5000)),
    inverted=st.booleans(),
    quarter_turns=st.integers(0, 3),
    flipped=st.booleans(),
)
FINDINGS = st.builds(
    lambda image, code: FindingRef(image, "head", "1.0.0", "9f2c", "r1", "SCT", code),
    st.sampled_from(IMAGES),
    st.sampled_from("AB"),
)
DECISIONS = st.builds(
    Decision, st.sampled_from(Verdict), st.just("Mass"), st.floats(0, 1), st.floats(0, 1), st.text(max_size=9)
)
# What to change, and into what; what it was before is the document's business.
WISHES = st.one_of(
    st.tuples(
        st.just(SetAnnotation),
        st.sampled_from("abcd"),
        st.none() | st.builds(Annotation, st.sampled_from(IMAGES), SHAPES),
    ),
    st.tuples(st.just(SetKeyImage), st.sampled_from(IMAGES), st.none() | st.just(True)),
    st.tuples(st.just(SetDecision), FINDINGS, st.none() | DECISIONS),
    st.tuples(st.just(SetImpression), st.just(""), st.text(max_size=20)),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.lists(WISHES, min_size=1, max_size=3), st.sampled_from(["", "", "drag"])),
        st.sampled_from(["undo", "redo"]),
        st.tuples(st.just("note"), st.sampled_from(IMAGES), st.none() | VIEWS),
    ),
    max_size=30,
)
PARTS = {SetView: "views", SetAnnotation: "annotations", SetKeyImage: "key_images", SetDecision: "decisions"}


def edit_for(reading: Reading, wishes: list, merge: str = "") -> Edit:  # type: ignore[type-arg]
    changes = []
    for kind, key, after in wishes:
        if kind is SetImpression:
            change = SetImpression(reading.impression, after)
        else:
            change = kind(key, getattr(reading, PARTS[kind]).get(key), after)
        reading = reading.apply(Edit("one", (change,)))
        changes.append(change)
    return Edit("step", tuple(changes), merge)


def note_for(reading: Reading, image: ImageRef, view: ViewState | None) -> Edit:
    """Return what a canvas notes of an image: how it is seen, and its pixels where it has a view."""
    picture = None if view is None else f"digest {view.quarter_turns}"
    views = SetView(image, reading.views.get(image), view)
    return Edit("view", (views, SetPicture(image, reading.pictures.get(image), picture)))


def play(document: Document, steps: list) -> list:  # type: ignore[type-arg]
    """Do the steps; return the records a journal would hold."""
    records: list[journals.Record] = []
    for step in steps:
        if step == "undo":
            if document.undo() is not None:
                records.append(Undid())
        elif step == "redo":
            if document.redo() is not None:
                records.append(Redid())
        elif step[0] == "note":
            noted = note_for(document.reading, *step[1:])
            document.note(noted)
            records.append(Noted(noted))
        else:
            edit = edit_for(document.reading, *step)
            document.do(edit)
            records.append(Did(edit))
    return records


@given(STEPS)
def test_edits_undone_completely_give_back_the_start_and_redone_the_end(steps: list) -> None:  # type: ignore[type-arg]
    document = Document()
    play(document, steps)
    while document.redo() is not None:
        pass
    end = document.reading
    while document.undo() is not None:
        pass
    # Only what undo passes over is left.
    assert document.reading == Reading(views=end.views, pictures=end.pictures)
    while document.redo() is not None:
        pass
    assert document.reading == end


@given(STEPS, st.data())
@settings(max_examples=60)
def test_a_journal_cut_at_any_byte_opens_with_what_came_before(steps: list, data: st.DataObject) -> None:  # type: ignore[type-arg]
    document = Document()
    states = [(document.reading, document.undo_steps, document.redo_steps)]
    lines = [line_of(Header())]
    for step in steps:
        for record in play(document, [step]):
            lines.append(line_of(record))
            states.append((document.reading, document.undo_steps, document.redo_steps))
    whole = b"".join(lines)
    cut = data.draw(st.integers(0, len(whole)))
    ends = [len(b"".join(lines[: n + 1])) for n in range(len(lines))]
    kept = sum(end <= cut for end in ends)
    found = journals.read(whole[:cut])
    expected = states[kept - 1] if kept else states[0]
    assert (found.document.reading, found.document.undo_steps, found.document.redo_steps) == expected
    assert found.length == (ends[kept - 1] if kept else 0)


@given(st.lists(WISHES, min_size=1, max_size=8))
def test_a_drag_is_one_step_whatever_it_passed_through(wishes: list) -> None:  # type: ignore[type-arg]
    document = Document()
    for wish in wishes:
        document.do(edit_for(document.reading, [wish], "drag-1"))
    end = document.reading
    assert len(document.undo_steps) == 1
    document.undo()
    assert document.reading == Reading()
    document.redo()
    assert document.reading == end


@given(STEPS)
def test_a_reading_is_made_again_by_the_edit_that_describes_it(steps: list) -> None:  # type: ignore[type-arg]
    document = Document()
    play(document, steps)
    assert Reading().apply(document.reading.as_edit()) == document.reading


def length_edit(key: str, column: float, before: Annotation | None = None, merge: str = "") -> tuple[Edit, Annotation]:
    after = Annotation(IMAGES[0], Length(Point(0, 0), Point(column, 0)))
    return Edit("length", (SetAnnotation(key, before, after),), merge), after


def test_an_edit_that_starts_from_something_else_changes_nothing() -> None:
    document = Document()
    edit, _ = length_edit("a", 3)
    document.do(edit)
    half_wrong = Edit("two", (SetImpression("", "text"), *edit.changes))
    with pytest.raises(StaleEditError):
        document.do(half_wrong)
    assert document.reading.impression == "" and len(document.undo_steps) == 1


def test_a_new_edit_forgets_what_was_undone() -> None:
    document = Document()
    document.do(length_edit("a", 3)[0])
    document.undo()
    document.do(length_edit("b", 4)[0])
    assert document.redo() is None and list(document.reading.annotations) == ["b"]


def test_old_steps_are_forgotten_so_that_memory_stays_bounded() -> None:
    document = Document(steps=3)
    before = None
    for column in range(1, 11):
        edit, before = length_edit("a", column, before)
        document.do(edit)
    while document.undo() is not None:
        pass
    shape = document.reading.annotations["a"].shape
    assert isinstance(shape, Length) and shape.b.column == 7  # ten edits, three of them undone


def test_large_steps_are_forgotten_before_a_thousand_of_them_fill_the_memory() -> None:
    document, text = Document(size=10_000), ""
    for number in range(50):
        before, text = text, f"{number:03}" + 1_000 * "x"
        document.do(Edit("impression", (SetImpression(before, text),)))
        assert len(document.undo_steps) <= 5
    assert len(document.undo_steps) == 4  # of some 2,090 bytes each
    for _ in range(3):
        document.undo()
    assert document.reading.impression.startswith("046")
    document.do(Edit("impression", (SetImpression(document.reading.impression, 50_000 * "y"),)))
    assert len(document.undo_steps) == 1  # larger than all that is allowed, and it can be undone all the same
    document.undo()
    assert document.reading.impression.startswith("046") and document.undo() is None


def test_a_snapshot_of_any_size_opens(tmp_path: Path) -> None:
    # Lines above 64 MiB were once looked for in vain: without end where they were the last, lost where they were not.
    journal = Journal(tmp_path / "one")
    points = tuple(Point(0.1 + n, 1 / (n + 1)) for n in range(10_000))
    shapes = {str(n): Annotation(IMAGES[0], Polygon(points)) for n in range(200)}
    journal.document.do(Edit("import", tuple(SetAnnotation(key, None, one) for key, one in shapes.items())))
    journal.compact()
    assert (tmp_path / "one").stat().st_size > 64 * 2**20
    journal.append(Did(length_edit("a", 1)[0]))
    journal.close()
    again = Journal(tmp_path / "one")
    assert len(again.document.reading.annotations) == 201 and again.notice == ""
    again.close()


def test_a_header_that_found_no_room_does_not_spoil_what_comes_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = [10]

    def full(path: Path, *given: Any, **named: Any) -> Any:
        return _FullDisk(open(path, *given, **named), room[0])

    monkeypatch.setattr(journals, "open", full, raising=False)
    with pytest.raises(JournalError, match="has room"):
        Journal(tmp_path / "one")
    room[0] = 10_000
    journal = Journal(tmp_path / "one")
    journal.append(Did(length_edit("a", 1)[0]))
    journal.close()
    again = Journal(tmp_path / "one")
    assert list(again.document.reading.annotations) == ["a"] and again.notice == ""
    again.close()


def test_a_journal_that_was_cut_from_outside_is_not_filled_with_zeros(tmp_path: Path) -> None:
    path = tmp_path / "one"
    journal = Journal(path)
    for key in "ab":
        edit = length_edit(key, 1)[0]
        journal.append(Did(edit))
        journal.document.do(edit)
    os.truncate(path, 50)
    edit = length_edit("c", 1)[0]
    journal.document.do(edit)
    with pytest.raises(JournalError):
        journal.append(Did(edit))
    journal.compact()  # as a reading does that could not be saved
    journal.close()
    again = Journal(path)
    assert list(again.document.reading.annotations) == ["a", "b", "c"] and again.notice == ""
    again.close()


def test_damage_that_is_set_aside_replaces_no_earlier_damage(tmp_path: Path) -> None:
    path = tmp_path / "one"
    for word in (b"first\n", b"second\n", b"second\n"):
        Journal(path).close()
        with path.open("ab") as file:
            file.write(word)
        Journal(path).close()
    assert {file.read_bytes() for file in tmp_path.glob("*.damaged")} == {b"first\n", b"second\n"}
    assert len(list(tmp_path.glob("*.damaged"))) == 2


def test_an_open_journal_survives_without_being_closed(tmp_path: Path) -> None:
    path = tmp_path / "readings" / "one"
    journal = Journal(path)
    edit, _ = length_edit("a", 3)
    journal.append(Did(edit))
    journal.document.do(edit)
    copied = path.read_bytes()  # what a killed process leaves: nothing was flushed or closed
    journal.close()
    (tmp_path / "copy").write_bytes(copied)
    again = Journal(tmp_path / "copy")
    assert again.document.reading == journal.document.reading and again.notice == ""
    assert again.document.undo() is not None
    again.close()


def test_a_damaged_line_in_the_middle_is_said_and_its_rest_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "one"
    lines = [line_of(Header()), *(line_of(Did(length_edit(key, 3)[0])) for key in "abc")]
    lines[2] = lines[2].replace(b'"length"', b'"lenGth"', 1)
    path.write_bytes(b"".join(lines))
    journal = Journal(path)
    assert list(journal.document.reading.annotations) == ["a"] and "damaged" in journal.notice
    journal.append(Did(length_edit("d", 5)[0]))
    journal.close()
    again = Journal(path)
    assert list(again.document.reading.annotations) == ["a", "d"] and again.notice == ""
    again.close()
    assert (tmp_path / "one.damaged").read_bytes() == b"".join(lines[2:])


def test_two_windows_do_not_write_to_one_reading(tmp_path: Path) -> None:
    first = Journal(tmp_path / "one")
    with pytest.raises(JournalError, match="another window"):
        Journal(tmp_path / "one")
    first.compact()
    with pytest.raises(JournalError, match="another window"):
        Journal(tmp_path / "one")
    first.close()
    Journal(tmp_path / "one").close()


def test_a_journal_closed_while_the_disk_is_slow_opens_again_at_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "one")
    syncing = os.dup(journal._file.fileno())  # what a `sync` in another thread holds until the disk has answered
    try:
        journal.close()
        Journal(tmp_path / "one").close()
    finally:
        os.close(syncing)


def test_a_journal_of_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "one"
    content = b'00000000 {"type":"header","format":99,"colour":"blue"}\n00000000 {}\n'
    path.write_bytes(content)
    with pytest.raises(JournalError, match="newer version"):
        Journal(path)
    assert path.read_bytes() == content


def test_a_compacted_journal_holds_the_same_document_and_history(tmp_path: Path) -> None:
    path = tmp_path / "one"
    journal = Journal(path)
    before = None
    for column in range(1, 200):
        edit, before = length_edit("a", column, before, merge="drag")
        journal.append(Did(edit))
        journal.document.do(edit)
    journal.append(Undid())
    journal.document.undo()
    size = path.stat().st_size
    journal.compact()
    journal.append(Redid())
    journal.document.redo()
    journal.close()
    assert path.stat().st_size < size / 20 and sorted(os.listdir(tmp_path)) == ["one"]
    again = Journal(path)
    assert again.document.reading == journal.document.reading
    assert len(again.document.undo_steps) == 1 and again.document.redo_steps == ()
    again.close()


class _FullDisk:
    """A file that takes `room` more bytes."""

    def __init__(self, file, room: int) -> None:  # type: ignore[no-untyped-def]
        self._file, self.room = file, room

    def write(self, data: bytes) -> int:
        if self.room <= 0:
            raise OSError(28, "No space left on device")
        written = self._file.write(bytes(data)[: self.room])
        self.room -= written
        return int(written)

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)


def test_a_full_disk_loses_no_earlier_edit_and_later_ones_are_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "one"
    journal = Journal(path)
    journal.append(Did(length_edit("a", 1)[0]))
    full = _FullDisk(journal._file, room=10)
    monkeypatch.setattr(journal, "_file", full)
    with pytest.raises(JournalError, match="disk is full"):
        journal.append(Did(length_edit("b", 2)[0]))
    full.room = 10_000
    journal.append(Did(length_edit("c", 3)[0]))
    journal.close()
    again = Journal(path)
    assert list(again.document.reading.annotations) == ["a", "c"] and again.notice == ""
    again.close()


OLD_RECORD = (
    b'{"type":"do","edit":{"label":"draw","changes":[{"type":"annotation","key":"k","before":null,"after":{"image":'
    b'{"study":"1.2","series":"1.2.3","instance":"1.2.3.0","frame":0,"surrogate":false},"shape":{"type":"length",'
    b'"a":[10.0,20.0],"b":[30.0,40.0],"calibration":{"kind":"at the detector plane","column":0.143,"row":0.143},'
    b'"ends":["",""]}}}],"merge":""}}'
)
"""As the version before angles and regions could be drawn wrote it."""


def test_a_journal_of_the_version_before_opens() -> None:
    header = b'{"type":"header","format":1}'
    header = b"%08x %s\n" % (zlib.crc32(header), header)
    body = OLD_RECORD
    found = journals.read(header + b"%08x %s\n" % (zlib.crc32(body), body))
    assert found.damaged == 0
    shape = found.document.reading.annotations["k"].shape
    assert shape == Length(Point(10, 20), Point(30, 40), Calibration(CalibrationKind.DETECTOR, 0.143, 0.143))


def _format_1(path: Path) -> bytes:
    """Write a journal of version 0.2.0 with a decision."""
    lines = b""
    for body in (
        b'{"type":"header","format":1}',
        OLD_RECORD,
        b'{"type":"do","edit":{"label":"decision","changes":[{"type":"decision","key":{"image":{"study":"1.2",'
        b'"series":"1.2.3","instance":"1.2.3.0","frame":0,"surrogate":false},"head":"h","version":"1","model":"m",'
        b'"recipe":"r","scheme":"SCT","code":"1"},"before":null,"after":{"verdict":"agree","name":"Mass",'
        b'"probability":0.6,"threshold":0.3,"comment":"c"}}],"merge":""}}',
    ):
        lines += b"%08x %s\n" % (zlib.crc32(body), body)
    path.write_bytes(lines)
    return lines


def test_a_journal_of_0_2_0_opens_unchanged_and_the_first_change_makes_it_one_of_this_version(tmp_path: Path) -> None:
    path = tmp_path / "one"
    old = _format_1(path)
    journal = Journal(path)
    (decision,) = journal.document.reading.decisions.values()
    assert (decision.name, decision.probability, decision.interval) == ("Mass", 0.6, None)
    journal.close()
    assert path.read_bytes() == old  # only looked at

    writer = Writer()
    file = JournalFile(writer, path)
    document = file.opening.result().document
    file.seen = True
    edit, _ = length_edit("a", 1)
    document.do(edit)
    file.append(Did(edit), whole(document)).result()
    file.close().result()
    assert path.read_bytes().splitlines()[0].endswith(b'{"type":"header","format":2}')
    again = Journal(path)
    assert again.document.reading == document.reading and len(again.document.undo_steps) == 3
    assert not again.wants_compacting
    again.close()


RECALIBRATED = st.lists(
    st.one_of(st.tuples(st.sampled_from("abc"), SHAPES), st.tuples(st.sampled_from("abc"), st.none()), st.just("undo")),
    max_size=12,
)


@given(RECALIBRATED)
@settings(max_examples=80)
def test_after_any_edits_an_image_has_one_known_length_at_most_and_undo_leads_back(steps: list) -> None:  # type: ignore[type-arg]
    document, own = Document(), Calibration()
    for step in steps:
        if step == "undo":
            document.undo()
            continue
        key, shape = step
        before = document.reading.annotations.get(key)
        if before is None and shape is None:
            continue
        after = None if shape is None else Annotation(IMAGES[0], shape)
        try:
            edit = recalibrated(document.reading, Edit("step", (SetAnnotation(key, before, after),)), own)
        except ValueError:
            continue  # a line too short for its length
        document.do(edit)
        touched = [change for change in edit.changes if isinstance(change, SetAnnotation)]
        if any(isinstance(getattr(one.after, "shape", None), ManualCalibration) for one in touched):
            wanted = calibration_in_use(document.reading.annotations, IMAGES[0], own)
            kinds = [one.shape for one in document.reading.annotations.values()]
            assert sum(isinstance(one, ManualCalibration) for one in kinds) == 1
            assert all(getattr(one, "calibration", wanted) == wanted for one in kinds)
    while document.undo() is not None:
        pass
    assert document.reading == Reading()
