"""A patient's studies in the index: who is certain, which image stands for a study, and the scores that were kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cxrviewer.studies.index.scores import ModelVersion, Outcome, Scores, StoredFinding
from cxrviewer.studies.index.timeline import Timeline, first_image, timeline
from cxrviewer.studies.persons import Person
from cxrviewer.studies.priors import PriorImage
from tests.builders.dicom import UID_ROOT
from tests.builders.library import Library, write

ERIKA = Person("4711", "MUSTERMANN^ERIKA", "1950-01-02", "F")
PA = PriorImage(0, "PA", "CHEST", "DX")
VERSION = ModelVersion("h", "m", "r")


@pytest.fixture
def indexed(library: Library, folder: Path) -> Library:
    given = {"PatientName": "MUSTERMANN^ERIKA", "PatientID": "4711", "PatientBirthDate": "19500102", "Modality": "DX",
             "ViewPosition": "PA", "BodyPartExamined": "CHEST", "StudyTime": "101500"}  # fmt: skip
    write(folder / "1", 1, 1, **given, StudyDate="20240105")
    write(folder / "2", 2, 2, **given, StudyDate="20250318")
    write(folder / "3", 3, 3, **given, StudyDate="20260101")
    # A lateral of the second study, which is not what a PA is compared with.
    write(folder / "4", 4, 4, **(given | {"ViewPosition": "LL"}), StudyDate="20250318",
          StudyInstanceUID=f"{UID_ROOT}1.2")  # fmt: skip
    write(folder / "hand", 5, 5, **(given | {"BodyPartExamined": "HAND"}), StudyDate="20250401")
    # A renumbered patient is doubtful, another one is nobody's.
    write(folder / "6", 6, 6, **(given | {"PatientID": "9999"}), StudyDate="20230101")
    write(folder / "7", 7, 7, **(given | {"PatientID": "1", "PatientName": "OTHER", "PatientBirthDate": "19900101"}),
          StudyDate="20220101")  # fmt: skip
    library.scan(folder)
    return library


def look(indexed: Library, **given: object) -> Timeline:
    return timeline(indexed.index, Scores(indexed.index), ERIKA, PA, **given)  # type: ignore[arg-type]


def dates(found: Timeline) -> list[str]:
    return sorted(one.study.date for one in found.images)


def test_older_and_newer_studies_of_a_person_are_found_with_the_image_to_compare(indexed: Library) -> None:
    found = look(indexed, uid=f"{UID_ROOT}3.2")
    assert dates(found) == ["2024-01-05", "2025-03-18", "2026-01-01"]
    assert {one.image.view for one in found.images} == {"PA"}
    assert [study.date for study in found.doubtful] == ["2023-01-01"]
    assert all(one.place is not None and one.place.online and one.place.unchanged() for one in found.images)


def test_a_doubtful_study_appears_once_the_reader_has_confirmed_it(indexed: Library) -> None:
    (doubtful,) = look(indexed).doubtful
    indexed.user.decide_pair(ERIKA.identity, doubtful.person.identity, True)
    found = look(indexed, pairs=indexed.user.pairs())
    assert "2023-01-01" in dates(found) and not found.doubtful
    indexed.user.decide_pair(ERIKA.identity, doubtful.person.identity, False)
    found = look(indexed, pairs=indexed.user.pairs())
    assert "2023-01-01" not in dates(found) and not found.doubtful


def test_kept_scores_come_with_the_studies_and_with_contents_that_are_asked_about(indexed: Library) -> None:
    scores = Scores(indexed.index)
    images = {one.study.date: one for one in look(indexed).images}
    old = images["2024-01-05"]
    kept = StoredFinding("SCT:1", "Effusion", 0.6, 0.5, 0.7, 0.3)
    assert scores.put(old.image.id, VERSION, Outcome.SCORED, [kept], digest=old.digest)
    new = images["2026-01-01"]
    assert scores.put(new.image.id, VERSION, Outcome.REJECTED, digest=new.digest, reason="child")
    scores.set_current([VERSION])
    found = look(indexed, digests=[old.digest, "unknown"])
    by_date = {one.study.date: one.scored for one in found.images}
    assert [one.findings for one in by_date["2024-01-05"]] == [(kept,)]
    assert not by_date["2024-01-05"][0].outdated and by_date["2026-01-01"] == ()
    assert set(found.stored) == {old.digest}
    scores.set_current([ModelVersion("h", "m2", "r")])
    assert look(indexed, digests=[old.digest]).stored[old.digest][0].outdated


def test_scores_of_an_image_are_not_said_of_a_file_that_only_begins_like_it(indexed: Library, folder: Path) -> None:
    long = (folder / "1").read_bytes() + bytes(200_000)
    (folder / "1").write_bytes(long)
    (folder / "twin").write_bytes(long[:-1] + b"x")
    indexed.scan(folder)
    scores = Scores(indexed.index)
    old = next(one for one in look(indexed).images if one.study.date == "2024-01-05")
    scores.put(old.image.id, VERSION, Outcome.SCORED, [], digest=old.digest)
    found = look(indexed, digests=[old.digest.partition("-")[0]])
    assert [len(one.scored) for one in found.images if one.study.date == "2024-01-05"] == [1]
    assert found.stored == {}


def test_the_current_study_is_shown_by_the_current_image(indexed: Library) -> None:
    found = look(indexed, uid=f"{UID_ROOT}3.4")  # the lateral
    shown = {one.study.date: one.uid for one in found.images}
    assert shown["2025-03-18"] == f"{UID_ROOT}3.4"


def test_a_file_that_was_written_again_is_no_longer_unchanged(indexed: Library) -> None:
    place = next(one.place for one in look(indexed).images if one.place is not None)
    place.path.write_bytes(place.path.read_bytes() + b"\0")
    assert not place.unchanged()
    place.path.unlink()
    assert not place.unchanged()


def test_the_first_image_of_a_study_is_that_of_the_lowest_series_and_instance_number(
    library: Library, folder: Path
) -> None:
    study: dict[str, Any] = {"StudyInstanceUID": f"{UID_ROOT}1.1", "PatientID": "1"}
    write(folder / "late", 1, **study, SeriesInstanceUID=f"{UID_ROOT}2.1", SeriesNumber=2, InstanceNumber=1)
    write(folder / "second", 2, **study, SeriesInstanceUID=f"{UID_ROOT}2.2", SeriesNumber=1, InstanceNumber=10)
    write(folder / "first", 3, **study, SeriesInstanceUID=f"{UID_ROOT}2.2", SeriesNumber=1, InstanceNumber=2)
    write(folder / "unnumbered", 4, **study, SeriesInstanceUID=f"{UID_ROOT}2.0", SeriesNumber=None)
    library.scan(folder)
    (row,) = library.studies()
    found = first_image(library.index, row.id)
    assert found is not None
    place, digest = found
    assert place.path == folder / "first"
    assert digest == next(image.digest for image in library.list.images(row.id) if image.uid == f"{UID_ROOT}3.3")
    assert first_image(library.index, 999) is None
