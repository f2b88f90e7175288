"""Two images with one SOP Instance UID, two patients with one ID or beside each other, in the real window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cxrviewer.imaging.header import read_header
from cxrviewer.presenters.patients_beside import CONFIRMED, DIFFERENT_PATIENTS, note_about
from cxrviewer.presenters.worklist_rows import SAME_UID, SHARED_ID
from cxrviewer.qt.image_canvas import ImageCanvas
from cxrviewer.qt.report_dialog import ReportDialog
from cxrviewer.qt.worklist_panel import WorklistPanel
from cxrviewer.studies.index.worklist import Column
from cxrviewer.studies.library import ImageEntry, person_of
from cxrviewer.studies.persons import Person
from tests.builders.dicom import write_image
from tests.qt.test_library import app, cells, filled, settled
from tests.qt.test_library_priors import known

__all__ = ["app"]  # the fixture


def write(path: Path, uid: str, grey: int, number: int) -> Path:
    codes = np.full((200, 150), grey, np.uint16)
    codes[:100] += 50
    return write_image(
        path, codes, bits=12, Modality="DX", PatientName="TEST^ONE", PatientID="71", StudyInstanceUID="1.2.3",
        SeriesInstanceUID="1.2.3.4", SOPInstanceUID=uid, InstanceNumber=str(number), StudyDate="20250318",
    )  # fmt: skip


def write_person(path: Path, birth: str) -> Path:
    return write_image(
        path, np.full((200, 150), 500, np.uint16), bits=12, Modality="DX", PatientName="TEST^ONE", PatientID="71",
        PatientBirthDate=birth, StudyInstanceUID=f"1.2.{birth}", SeriesInstanceUID=f"1.2.{birth}.1",
        SOPInstanceUID=f"1.2.{birth}.1.1", StudyDate="20250318",
    )  # fmt: skip


def said(app: Any) -> list[str]:
    """Return what stands at the images that are shown."""
    found = []
    for canvas in app.window.findChildren(ImageCanvas):
        found += canvas._words.notes.text().splitlines()
    return found


def words(app: Any, role: Qt.ItemDataRole) -> list[str]:
    model = app.window.findChildren(WorklistPanel)[0].list.model()
    return [str(model.index(row, 0).data(role)) for row in range(model.rowCount())]


def test_a_reader_is_told_of_an_image_whose_uid_another_one_carries_also_where_that_came_later(
    make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    first = write(tmp_path / "one" / "first.dcm", "1.2.3.4.5", 500, 1)
    write(tmp_path / "two" / "other.dcm", "1.2.3.4.5", 900, 2)
    write(tmp_path / "two" / "own.dcm", "1.2.3.4.6", 700, 3)
    app = make_app()
    app.start((first,))
    room = app.room
    qtbot.waitUntil(lambda: room.image.image is not None and not app.jobs.busy, timeout=60_000)
    assert SAME_UID not in said(app) and not [text for text in words(app, Qt.ItemDataRole.ToolTipRole) if "UID" in text]
    room.worklist.open_paths((tmp_path / "two",))
    qtbot.waitUntil(lambda: len(room.worklist.images()) == 3 and not app.jobs.busy, timeout=60_000)
    shown = {}
    for entry in room.worklist.images():
        room.worklist.select(entry.key)
        qtbot.waitUntil(
            lambda entry=entry: room.image.image is not None and room.image.image.entry.key == entry.key, timeout=60_000
        )
        shown[entry.path.name] = SAME_UID in said(app)
    assert shown == {"first.dcm": True, "other.dcm": True, "own.dcm": False}
    for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
        assert len([text for text in words(app, role) if "same SOP Instance UID" in text]) == 2


def test_the_image_on_the_screen_says_so_when_another_one_with_its_uid_is_found_and_until_that_is_gone(
    make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    first = write(tmp_path / "first.dcm", "1.2.3.4.5", 500, 1)
    other = write(tmp_path / "other.dcm", "1.2.3.4.5", 900, 2)
    app = make_app()
    app.start((first,))
    room = app.room
    qtbot.waitUntil(lambda: room.image.image is not None and not app.jobs.busy, timeout=60_000)
    assert SAME_UID not in said(app)
    found = ImageEntry(other, read_header(other))
    room.worklist.renew(found)  # as a scan lists it, which leaves the reader where he is
    assert SAME_UID in said(app) and room.image.image.entry.path == first
    other.unlink()
    room.worklist.look_again(other)
    qtbot.waitUntil(lambda: SAME_UID not in said(app), timeout=60_000)
    assert room.image.image.entry.path == first


def test_an_image_opened_alone_says_that_the_library_knows_another_one_with_its_uid(
    app: Any, make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    mine = write(tmp_path / "mine" / "first.dcm", "1.2.3.4.5", 500, 1)
    own = write(tmp_path / "mine" / "own.dcm", "1.2.3.4.6", 700, 2)
    write(tmp_path / "library" / "twin.dcm", "1.2.3.4.5", 900, 2)
    known(app, qtbot, tmp_path / "library")
    room = app.room
    app.window.open_paths((mine.parent,))
    qtbot.waitUntil(lambda: SAME_UID in said(app), timeout=60_000)
    assert room.image.image.entry.path == mine
    for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
        assert len([text for text in words(app, role) if "same SOP Instance UID" in text]) == 1
    room.worklist.select(room.worklist.key_at(own))
    qtbot.waitUntil(lambda: room.image.image is not None and room.image.image.entry.path == own, timeout=60_000)
    assert SAME_UID not in said(app)
    room.close_all()
    app.window.open_paths((own,))
    qtbot.waitUntil(lambda: room.image.image is not None and not app.jobs.busy, timeout=60_000)
    assert SAME_UID not in said(app)
    app.window.close()
    again = make_app()
    again.start((mine,))  # which waits for the library only behind its first picture
    qtbot.waitUntil(lambda: SAME_UID in said(again), timeout=60_000)


def test_an_open_image_says_so_only_as_long_as_the_library_lists_the_other_one(
    app: Any, qtbot: Any, tmp_path: Path
) -> None:
    mine = write(tmp_path / "mine" / "first.dcm", "1.2.3.4.5", 500, 1)
    write(tmp_path / "library" / "own.dcm", "1.2.3.4.6", 900, 2)
    known(app, qtbot, tmp_path / "library")
    app.window.open_paths((mine,))
    qtbot.waitUntil(lambda: app.room.image.image is not None and not app.jobs.busy, timeout=60_000)
    assert SAME_UID not in said(app)
    twin = write(tmp_path / "library" / "twin.dcm", "1.2.3.4.5", 900, 2)
    app.room.library.scan()
    qtbot.waitUntil(lambda: SAME_UID in said(app), timeout=60_000)
    twin.unlink()
    app.room.library.scan()
    qtbot.waitUntil(lambda: SAME_UID not in said(app), timeout=60_000)
    write(twin, "1.2.3.4.5", 900, 2)
    app.room.library.scan()
    qtbot.waitUntil(lambda: SAME_UID in said(app), timeout=60_000)
    app.room.library.remove([root.id for root in app.room.library._roots])
    qtbot.waitUntil(lambda: SAME_UID not in said(app), timeout=60_000)
    assert app.room.image.image.entry.path == mine


def test_an_image_says_that_another_patient_has_the_same_id_for_as_long_as_one_is_listed(
    make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    first, other = write_person(tmp_path / "a.dcm", "19670301"), write_person(tmp_path / "b.dcm", "19900506")
    app = make_app()
    app.start((first,))
    room = app.room
    qtbot.waitUntil(lambda: room.image.image is not None and not app.jobs.busy, timeout=60_000)
    assert SHARED_ID not in said(app)
    room.worklist.renew(ImageEntry(other, read_header(other)))
    assert SHARED_ID in said(app) and room.image.image.entry.path == first
    other.unlink()
    room.worklist.look_again(other)
    qtbot.waitUntil(lambda: SHARED_ID not in said(app), timeout=60_000)


def test_what_the_reader_confirmed_ends_the_warning_of_one_id_at_once_and_after_a_restart(
    app: Any, make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    folder = write_person(tmp_path / "films" / "a.dcm", "19670301").parent
    write_person(folder / "b.dcm", "19900506")
    dialog = filled(app, qtbot, folder)

    def headings(one: Any) -> int:
        return len([text for text in words(one, Qt.ItemDataRole.ToolTipRole) if SHARED_ID in text])

    app.window.open_paths((folder,))
    qtbot.waitUntil(lambda: len(app.room.worklist.images()) == 2 and not app.jobs.busy, timeout=60_000)
    qtbot.waitUntil(lambda: app.room.image.image is not None and not app.jobs.busy, timeout=60_000)
    assert SHARED_ID in said(app) and headings(app) == 2
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.ID) == ["⚠ 71", "⚠ 71"]
    persons = [person_of(entry.header) for entry in app.room.worklist.images()]
    for same in (True, False, True):
        app.room.library.decide_persons(*persons, same=same, done=lambda: None)
        qtbot.waitUntil(lambda same=same: (SHARED_ID not in said(app)) is same, timeout=60_000)
        assert headings(app) == (0 if same else 2)
        settled(app, dialog, qtbot)
        assert cells(dialog, Column.ID) == (["71", "71"] if same else ["⚠ 71", "⚠ 71"])
    dialog.close()
    app.window.close()
    again = make_app()
    again.start((folder,))
    qtbot.waitUntil(lambda: len(again.room.worklist.images()) == 2 and not again.jobs.busy, timeout=60_000)
    qtbot.waitUntil(lambda: again.room.image.image is not None and SHARED_ID not in said(again), timeout=60_000)
    assert headings(again) == 0
    third = write_person(tmp_path / "third.dcm", "19500102")
    again.room.worklist.renew(ImageEntry(third, read_header(third)))
    assert SHARED_ID in said(again) and headings(again) == 3


def test_images_of_two_patients_beside_each_other_say_so_until_one_has_left(
    make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "films"
    for name, who in (("a", "SMITH^JOHN"), ("b", "SMITH^JOHN"), ("c", "MEIER^ANNA")):
        write_image(
            folder / f"{name}.dcm", np.full((200, 150), 500, np.uint16), bits=12, PatientName=who, PatientID=who,
            PatientBirthDate="19600101", StudyInstanceUID=f"1.2.{ord(name)}", SOPInstanceUID=f"1.2.{ord(name)}.1",
            ViewPosition="LL", StudyDate=f"2025031{ord(name) % 10}",
        )  # fmt: skip
    app = make_app()
    app.start((folder,))
    room, viewports = app.room, app.room.viewports
    qtbot.waitUntil(lambda: len(room.worklist.images()) == 3 and not app.jobs.busy, timeout=60_000)
    keys = {entry.path.stem: entry.key for entry in room.worklist.images()}

    def show(number: int, name: str) -> None:
        viewports.activate(number)
        room.worklist.select(keys[name])
        qtbot.waitUntil(lambda: viewports.pane(number).image.image is not None and not app.jobs.busy, timeout=60_000)

    app.window.commands.run("viewport.layout_1x2")
    show(0, "a")
    show(1, "b")
    assert DIFFERENT_PATIENTS not in said(app)
    show(1, "c")
    assert said(app).count(DIFFERENT_PATIENTS) == 2
    app.window.commands.run("viewport.blink")
    assert said(app).count(DIFFERENT_PATIENTS) == 2  # the next press brings the other one to this place
    app.window.commands.run("viewport.single")
    app.window.commands.run("viewport.layout_1x1")
    assert DIFFERENT_PATIENTS not in said(app)
    app.window.commands.run("viewport.layout_1x2")
    assert said(app).count(DIFFERENT_PATIENTS) == 2
    show(1, "a" if viewports.pane(0).entry.path.stem != "c" else "c")
    assert DIFFERENT_PATIENTS not in said(app)


def test_findings_and_report_name_their_film_while_several_are_beside_each_other(
    make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    for number, day in ((1, "20240105"), (2, "20250318")):
        write_image(
            tmp_path / f"{number}.dcm", np.full((200, 150), 500, np.uint16), bits=12, PatientName="ROE^JANE",
            StudyInstanceUID=f"1.2.{number}", SOPInstanceUID=f"1.2.{number}.1", StudyDate=day, StudyTime="101500",
        )  # fmt: skip
    app = make_app()
    app.start((tmp_path,))
    room, subject = app.room, app.window.findings._subject
    qtbot.waitUntil(
        lambda: not app.jobs.busy and [pane.image.image is not None for pane in room.viewports.shown] == [True, True],
        timeout=60_000,
    )
    assert (room.viewports.active.number, subject.text()) == (0, "Film of 2025-03-18 10:15")
    assert not subject.isHidden()
    app.window.commands.run("file.report")
    report = next(one for one in app.window.findChildren(ReportDialog))
    assert report.about.text().endswith(" · 2025-03-18") and report.why_not.isHidden()
    room.viewports.activate(1)
    assert subject.text() == "Film of 2024-01-05 10:15"
    assert report.about.text().endswith(" · 2024-01-05") and not report.why_not.isHidden()
    assert report.why_not.text() == "The report of an older study: a newer one is open beside it."
    assert report.state.writable
    room.viewports.activate(0)
    assert report.about.text().endswith(" · 2025-03-18") and report.why_not.isHidden()
    room.viewports.activate(1)
    app.window.commands.run("viewport.single")
    assert subject.text() == "Film of 2024-01-05 10:15"  # blinking brings the other one to this place
    app.window.commands.run("view.hide_identity")
    assert subject.isHidden()
    app.window.commands.run("view.hide_identity")
    assert subject.text() == "Film of 2024-01-05 10:15"
    app.window.commands.run("viewport.layout_1x1")
    assert subject.isHidden() and subject.text() == ""


@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        (("ROE^JANE", "4711", "19600101"), ("ROE^JANE", "4711", "19600101"), False),
        (("ROE^JANE", "4711", "19600101"), ("DOE^JOHN", "2", "19700101"), True),
        (("ROE^JANE", "4711", "19600101"), ("ROE^JANE", "2", "19600102"), True),
        (("ROE^JANE", "4711", "19600101"), ("DOE^JANE", "4711", "19600101"), False),  # a new name: the reader is asked
        (("ROE^JANE", "4711", "19600101"), (None, None, None), False),  # nobody, as in a de-identified picture
        (("ROE^JANE", "4711", "19600101"), ("Roe^Jane", None, None), False),  # what the other says is the same
        (("ROE^JANE", "0012", None), ("Roe^Jane^M", "12", "19600101"), False),
        (("ROE^JANE", "0012", None), (None, "12", "19600101"), False),
        (("ROE^JANE", None, None), ("DOE^JOHN", None, None), True),
        (("ROE^JANE", None, "19600101"), ("ROE^JANE", None, "19600102"), True),
        (("ROE^JANE", None, None), (None, "4711", None), True),  # nothing says that they are one
        (("ROE^JANE", "4711", None), ("ROE^JANE", "4712", None), True),
    ],
)
def test_only_headers_that_certainly_name_two_persons_are_different_patients(
    tmp_path: Path, one: tuple[str, ...], other: tuple[str, ...], different: bool
) -> None:
    entries = []
    for number, (name, patient_id, birth) in enumerate((one, other)):
        path = write_image(
            tmp_path / f"{number}.dcm", np.full((20, 15), 5, np.uint16), bits=12, PatientName=name,
            PatientID=patient_id, PatientBirthDate=birth,
        )  # fmt: skip
        entries.append(ImageEntry(path, read_header(path)))
    persons = [person_of(entry.header) for entry in entries]
    assert note_about(persons, {}) == (DIFFERENT_PATIENTS if different else "")


JANE = Person("4711", "ROE^JANE", "1960-01-01", "F")
MARRIED = Person("4711", "DOE^JANE", "1960-01-01", "F")  # perhaps: the reader is asked
MOVED = Person("2", "DOE^JANE", "1960-01-01", "F")  # perhaps of the second, not of the first
STRANGER = Person("3", "MEIER^ANNA", "1970-01-01", "F")


def decided(one: Person, other: Person, same: bool) -> dict[tuple[str, str], bool]:
    first, second = sorted((one.identity, other.identity))
    return {(first, second): same}


@pytest.mark.parametrize(
    ("persons", "pairs", "note"),
    [
        ((JANE, MARRIED), {}, ""),
        ((JANE, MARRIED), decided(JANE, MARRIED, True), CONFIRMED),
        ((JANE, MARRIED), decided(JANE, MARRIED, False), DIFFERENT_PATIENTS),
        ((JANE, MOVED), {}, DIFFERENT_PATIENTS),
        ((JANE, MOVED), {**decided(JANE, MARRIED, True), **decided(MARRIED, MOVED, True)}, CONFIRMED),
        (
            (JANE, MOVED, STRANGER),
            {**decided(JANE, MARRIED, True), **decided(MARRIED, MOVED, True)},
            DIFFERENT_PATIENTS,
        ),
        ((JANE, STRANGER), decided(JANE, MARRIED, True), DIFFERENT_PATIENTS),
        ((JANE, Person("4711", "Roe^Jane^^", "1960-01-01", "F")), decided(JANE, MARRIED, True), ""),
        ((JANE, Person()), {}, ""),
    ],
)
def test_what_the_reader_confirmed_is_said_instead_of_a_warning(
    persons: tuple[Person, ...], pairs: dict[tuple[str, str], bool], note: str
) -> None:
    assert note_about(persons, pairs) == note == note_about(persons[::-1], pairs)


def test_beside_each_other_confirmed_persons_are_said_to_be_confirmed_as_soon_as_they_are_and_after_a_restart(
    make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "films"
    for number, who in ((1, "ROE^JANE"), (2, "MEIER^ANNA")):
        write_image(
            folder / f"{number}.dcm", np.full((200, 150), 500, np.uint16), bits=12, PatientName=who, PatientID=who,
            StudyInstanceUID=f"1.2.{number}", SOPInstanceUID=f"1.2.{number}.1", StudyDate=f"2025031{number}",
        )  # fmt: skip
    app = make_app()
    app.start((folder,))
    room = app.room
    qtbot.waitUntil(lambda: len(room.worklist.images()) == 2 and not app.jobs.busy, timeout=60_000)
    one, other = room.worklist.images()
    app.window.commands.run("viewport.layout_1x2")
    for number, entry in enumerate((one, other)):
        room.viewports.activate(number)
        room.worklist.select(entry.key)
        qtbot.waitUntil(lambda at=number: room.viewports.pane(at).image.image is not None, timeout=60_000)
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
    assert said(app).count(DIFFERENT_PATIENTS) == 2
    persons = person_of(one.header), person_of(other.header)
    room.library.decide_persons(*persons, same=True, done=lambda: None)
    qtbot.waitUntil(lambda: said(app).count(CONFIRMED) == 2, timeout=60_000)
    assert DIFFERENT_PATIENTS not in said(app)
    app.window.close()
    again = make_app()
    again.start((folder,))
    qtbot.waitUntil(lambda: said(again).count(CONFIRMED) == 2 and not again.jobs.busy, timeout=60_000)
    assert DIFFERENT_PATIENTS not in said(again)
    again.room.library.decide_persons(*persons, same=False, done=lambda: None)
    qtbot.waitUntil(lambda: said(again).count(DIFFERENT_PATIENTS) == 2, timeout=60_000)
