"""A folder that was offline is online again only where what lies there is what was indexed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.studies.index.reach import MOST_FILES, Reach, offline_roots, online_roots, reach, roots_of_patient
from tests.builders.dicom import UID_ROOT, image_bytes
from tests.builders.discs import write_directory
from tests.builders.library import Library, write
from tests.builders.zips import write_zip


def found(library: Library) -> Reach:
    """Return what is at the place of the only root, which counts as offline."""
    (root,) = library.index.roots()
    library.index.set_root_state(root, online=False)
    (known,) = offline_roots(library.index)
    return reach(known)


def test_a_folder_that_is_back_as_it_was_is_the_same(library: Library, folder: Path, tmp_path: Path) -> None:
    write(folder / "a")
    write(folder / "below" / "b", 2)
    (folder / "notes.txt").write_text("no image")
    library.scan(folder)
    folder.rename(tmp_path / "taken out")
    assert found(library) is Reach.GONE
    folder.mkdir()
    assert found(library) is Reach.GONE  # the mount point of a stick
    folder.rmdir()
    (tmp_path / "taken out").rename(folder)
    assert found(library) is Reach.SAME
    write(folder / "new", 3)  # only a scan lists it
    assert found(library) is Reach.SAME


def test_a_folder_that_may_not_be_read_is_not_gone(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "a")
    library.scan(folder)
    (root,) = library.index.roots()

    def refused(place: object) -> object:
        raise PermissionError(13, "refused")

    monkeypatch.setattr(os, "scandir", refused)
    (known,) = online_roots(library.index, [root.id])
    assert reach(known) is Reach.SAME  # the scan says what is wrong with it
    assert found(library) is Reach.GONE


def test_another_disc_with_files_of_the_same_names_sizes_and_times_is_another_one(
    library: Library, folder: Path
) -> None:
    path = write(folder / "IMG00001", PatientName="PHANTOM^ONE")
    library.scan(folder)
    before = path.stat()
    write(folder / "IMG00001", PatientName="PHANTOM^TWO")
    assert path.stat().st_size == before.st_size
    assert found(library) is Reach.OTHER
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert found(library) is Reach.OTHER  # its status has changed later


def test_one_file_that_is_gone_or_changed_makes_it_another_one(library: Library, folder: Path) -> None:
    for number in range(3):
        write(folder / f"f{number}", number)
    library.scan(folder)
    kept = (folder / "f1").read_bytes()
    (folder / "f1").unlink()
    assert found(library) is Reach.OTHER
    (folder / "f1").write_bytes(kept)
    assert found(library) is Reach.OTHER


def test_of_many_files_some_are_looked_at_from_the_first_to_the_last_part(library: Library, folder: Path) -> None:
    for number in range(MOST_FILES + 36):
        write(folder / f"f{number:03}", number)
    library.scan(folder)
    (root,) = library.index.roots()
    library.index.set_root_state(root, online=False)
    (known,) = offline_roots(library.index)
    names = [path.name for path, _ in known.files]
    # 100 files: every 1.5625th.
    assert len(names) == MOST_FILES and names[:4] == ["f000", "f001", "f003", "f004"] and names[-1] == "f098"
    assert reach(known) is Reach.SAME


@pytest.mark.parametrize("kind", ["zip", "dicomdir", "a folder without files"])
def test_other_kinds_of_roots_are_recognised_too(library: Library, folder: Path, tmp_path: Path, kind: str) -> None:
    root = folder
    if kind == "zip":
        root = write_zip(tmp_path / "a.zip", {"IM1": image_bytes(np.zeros((4, 4), np.uint8))})
    elif kind == "dicomdir":
        write(folder / "IM1")
        root = write_directory(folder, ["IM1"])
    library.scan(root)
    assert found(library) is Reach.SAME
    shutil.move(root, tmp_path / "taken out")
    assert found(library) is Reach.GONE
    if kind != "zip":
        return
    write_zip(root, {"IM1": image_bytes(np.ones((4, 4), np.uint8), SOPInstanceUID=f"{UID_ROOT}3.1")})
    assert found(library) is Reach.OTHER


def test_a_disc_in_the_place_of_an_empty_folder_is_another_one(library: Library, folder: Path) -> None:
    library.scan(folder)
    write(folder / "a")
    assert found(library) is Reach.OTHER


def test_a_drive_that_ends_while_it_is_looked_at_is_no_medium(library: Library, folder: Path) -> None:
    write(folder / "a")
    library.scan(folder)
    (root,) = library.index.roots()
    library.index.set_root_state(root, online=False)
    (known,) = offline_roots(library.index)

    def stat(path: Path) -> os.stat_result:
        if path != folder:
            raise OSError("Input/output error")
        return os.stat(path)

    assert reach(known, stat) is Reach.OTHER


def test_a_study_is_looked_for_where_its_patient_s_studies_lie(library: Library, tmp_path: Path) -> None:
    for number, (folder, patient) in enumerate((("new", "P1"), ("old", "P1"), ("other", "P2"))):
        write(tmp_path / folder / "a", number, PatientID=patient)
    library.scan(tmp_path / "new", tmp_path / "old", tmp_path / "other")
    names = {root.id: root.path.name for root in library.index.roots()}
    found = {
        study.patient_id: {names[root] for root in roots_of_patient(library.index, study.id)}
        for study in library.studies()
    }
    assert found == {"P1": {"new", "old"}, "P2": {"other"}}
