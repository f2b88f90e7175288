"""Images that are open, whose SOP Instance UID other content in the index carries, or whose ID other patients have."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.member_paths import member_path
from cxrviewer.studies.index.known_patients import patients_with
from cxrviewer.studies.index.known_twins import known_twins
from cxrviewer.studies.library import ImageEntry
from tests.builders.dicom import UID_ROOT
from tests.builders.library import Library, write

SAME = f"{UID_ROOT}3.9"


def entry(path: Path) -> ImageEntry:
    return ImageEntry(path, read_header(path))


def twins(library: Library, *paths: Path) -> set[str]:
    """Return the names of the listed images that have a twin in the index."""
    listed = [entry(path) for path in paths]
    found = known_twins(library.index, listed)
    return {one.path.name for one in listed if one.key in found}


def test_another_content_under_its_uid_is_a_twin_wherever_its_study_is(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    write(folder / "twin", 1, 5, SOPInstanceUID=SAME)
    write(folder / "other", 2)
    library.scan(folder)
    mine = write(tmp_path / "mine", 3, 7, SOPInstanceUID=SAME)
    alone = write(tmp_path / "alone", 4)
    assert twins(library, mine, alone) == {"mine"}
    assert twins(library) == set()


def test_a_copy_of_what_the_index_knows_is_no_twin(library: Library, folder: Path, tmp_path: Path) -> None:
    known = write(folder / "known", 1)
    library.scan(folder)
    copy = tmp_path / "copy"
    copy.write_bytes(known.read_bytes())
    assert twins(library, copy) == twins(library, known) == set()


def test_what_differs_behind_what_the_digest_covers_is_a_twin(library: Library, folder: Path, tmp_path: Path) -> None:
    one = write(folder / "one", 1).read_bytes() + bytes(200_000)
    (folder / "one").write_bytes(one)
    (folder / "two").write_bytes(one[:-1] + b"x")
    library.scan(folder)
    assert [colliding for _, colliding, _ in library.images()] == [True, True]
    mine = tmp_path / "mine"
    mine.write_bytes(one)
    assert twins(library, mine) == {"mine"}
    (folder / "one").unlink()
    library.scan(folder)
    mine.write_bytes(one[:-1] + b"x")
    assert twins(library, mine) == set()


def test_what_a_listed_file_held_before_is_no_twin(library: Library, folder: Path) -> None:
    write(folder / "a", 1, 5, SOPInstanceUID=SAME)
    library.scan(folder)
    write(folder / "a", 1, 7, SOPInstanceUID=SAME)  # written anew; the index has not seen that
    assert twins(library, folder / "a") == set()
    write(folder / "elsewhere" / "a", 1, 5, SOPInstanceUID=SAME)
    library.scan(folder / "elsewhere")
    write(folder / "a", 1, 8, SOPInstanceUID=SAME)
    assert twins(library, folder / "a") == {"a"}


def test_what_a_listed_zip_held_before_is_no_twin(library: Library, tmp_path: Path) -> None:
    disc = tmp_path / "disc.zip"
    with zipfile.ZipFile(disc, "w") as archive:
        archive.write(write(tmp_path / "x", 1, 5, SOPInstanceUID=SAME), "IM1")
    library.scan(disc)
    now = ImageEntry(member_path(disc, "IM1"), read_header(write(tmp_path / "x", 1, 7, SOPInstanceUID=SAME)))
    assert known_twins(library.index, [now]) == frozenset()
    assert known_twins(library.index, [ImageEntry(tmp_path / "x", now.header)]) != frozenset()


def test_many_images_are_asked_about_in_portions(
    library: Library, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "twin", 1, 5, SOPInstanceUID=SAME)
    library.scan(folder)
    monkeypatch.setattr("cxrviewer.studies.index.database.PORTION", 2)
    others = [write(tmp_path / f"f{number}", 10 + number) for number in range(4)]
    mine = write(tmp_path / "mine", 3, 7, SOPInstanceUID=SAME)
    for place in range(5):
        assert twins(library, *others[:place], mine, *others[place:]) == {"mine"}, place


def test_the_patients_with_some_ids_come_as_they_are_compared(library: Library, folder: Path) -> None:
    write(folder / "a", 1, PatientID=" 7 ", PatientName="Müller^Anna", PatientBirthDate="19500102")
    write(folder / "b", 2, PatientID="7", PatientName="KOWALSKA^EWA", PatientBirthDate="19610304")
    write(folder / "c", 3, PatientID="8")
    write(folder / "d", 4, PatientID="")
    write(folder / "e", 5, PatientID="0000", PatientName="A^B")
    library.scan(folder)
    mine = [("7", "doe^jane", ""), ("9", "", ""), ("", "", ""), ("0000", "c^d", "")]  # zeros name nobody
    found = patients_with(library.index, mine, ())
    assert sorted(birth for _, _, birth in found) == ["1950-01-02", "1961-03-04"]
    assert {one for one, _, _ in found} == {"7"}


def test_whom_a_listed_file_named_before_is_no_other_patient(library: Library, folder: Path, tmp_path: Path) -> None:
    write(folder / "a", 1, PatientID="7", PatientName="DOE^JAEN")
    library.scan(folder)
    now = [("7", "smith^mary", "")]
    assert patients_with(library.index, now, [folder / "a"]) == ()  # corrected; the index has not seen that
    (old,) = patients_with(library.index, now, [tmp_path / "copy of a"])
    assert patients_with(library.index, [*now, old], [folder / "a"]) == (old,)  # it is listed as it was
    write(folder / "b", 2, PatientID="7", PatientName="DOE^JAEN")
    library.scan(folder)
    assert patients_with(library.index, now, [folder / "a"]) == (old,)
