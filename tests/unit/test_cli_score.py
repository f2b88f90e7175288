"""``cxrviewer score`` and ``heads``: the contract of their output, exit statuses and discretion."""

from __future__ import annotations

import csv
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import types
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cxrviewer import cli
from cxrviewer.batch.journal import Journal
from cxrviewer.batch.score import Entry, OutputError, stamp_of
from cxrviewer.heads.contract import CalibrationInterval
from cxrviewer.heads.inference.scoring import HeadScorer
from tests.builders import heads as build
from tests.builders.dicom import image_bytes, lut_item, write_image
from tests.fakes import FullDisk
from tests.processes import interruptible

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def head(tmp_path: Path) -> str:
    build.write_head(tmp_path / "tiny head")
    return str(tmp_path / "tiny head")


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    grey = np.full((64, 64), 51, np.uint8)
    write_image(folder / "b" / "chest.dcm", grey, WindowCenter=128, WindowWidth=256)
    write_image(folder / "c_child", grey, PatientAge="007Y")
    write_image(folder / "d_hip.dcm", grey, BodyPartExamined="HIP")
    (folder / "e_junk.txt").write_text("hello")
    (folder / "f_empty").write_bytes(b"")
    (folder / "g_cut.dcm").write_bytes(image_bytes(grey)[:-1000])
    Image.fromarray(grey).save(folder / "a.png")
    return folder


def score(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert cli.run(["score", *map(str, arguments)]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_every_file_gets_an_entry_in_order(capsys: pytest.CaptureFixture[str], head: str, images: Path) -> None:
    document = score(capsys, images, "--head", head)
    found = [
        (os.path.relpath(f["path"], images), f["source"], f["status"], f["reason"] and f["reason"]["code"])
        for f in document["files"]
    ]
    assert found == [
        ("a.png", "raster", "scored", None),
        ("b/chest.dcm", "dicom", "scored", None),
        ("c_child", "dicom", "refused", "child"),
        ("d_hip.dcm", "dicom", "refused", "not_chest"),
        ("e_junk.txt", None, "failed", "decode_failed"),
        ("f_empty", None, "failed", "decode_failed"),
        ("g_cut.dcm", "dicom", "failed", "decode_failed"),
    ]


def test_a_zip_stands_for_the_files_in_it_wherever_it_lies(
    capsys: pytest.CaptureFixture[str], head: str, tmp_path: Path
) -> None:
    grey = np.full((64, 64), 51, np.uint8)
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x", b"")
    folder = tmp_path / "films"
    folder.mkdir()
    with zipfile.ZipFile(folder / "disc.ZIP", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("A/IM1", image_bytes(grey))
        archive.writestr("B/zeros", bytes(4_000_000))  # packed to a thousandth
        archive.writestr("DICOMDIR", b"not looked at")
        archive.write(inner, "C/inner.zip")
    (folder / "torn.zip").write_bytes(b"PK\3\4 and no table of contents")
    files = score(capsys, folder, folder / "disc.ZIP" / "A" / "IM1", "--head", head)["files"]
    found = [(os.path.relpath(f["path"], folder), f["status"], f["reason"] and f["reason"]["message"]) for f in files]
    assert [one[:2] for one in found] == [
        ("disc.ZIP/A/IM1", "scored"),
        ("disc.ZIP/B/zeros", "failed"),
        ("disc.ZIP/C/inner.zip", "failed"),
        ("torn.zip", "failed"),
    ]
    for (*_, reason), words in zip(
        found[1:], ("two hundred times", "A ZIP inside a ZIP", "no ZIP|not a ZIP"), strict=True
    ):
        assert any(one in reason for one in words.split("|")), reason


def test_a_file_in_a_zip_is_scored_as_the_file_it_was_packed_from(
    capsys: pytest.CaptureFixture[str], head: str, tmp_path: Path
) -> None:
    plain = write_image(tmp_path / "plain.dcm", np.add.outer(np.arange(64), np.arange(64)).astype(np.uint8))
    archive = tmp_path / "one.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(plain, "plain.dcm")
    inside, outside = (score(capsys, path, "--head", head)["files"][0] for path in (archive, plain))
    assert inside["status"] == "scored"
    assert inside["findings"] == outside["findings"]
    gone = score(capsys, archive, archive / "other.dcm", "--head", head)["files"]
    assert [(Path(one["path"]).name, one["status"]) for one in gone] == [
        ("other.dcm", "failed"),
        ("plain.dcm", "scored"),
    ]


def test_a_resumed_run_scores_the_files_of_a_changed_zip_anew(tmp_path: Path) -> None:
    archive = tmp_path / "one.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("film", b"1")
    before = stamp_of(str(archive / "film"))
    assert before == stamp_of(str(archive))
    with zipfile.ZipFile(archive, "a") as packed:
        packed.writestr("another", b"2")
    assert stamp_of(str(archive / "film")) not in (None, before)


def test_the_document_has_the_fields_of_the_contract(
    capsys: pytest.CaptureFixture[str], head: str, images: Path
) -> None:
    document = score(capsys, images, "--head", head)
    assert list(document) == ["head", "files"]
    manifest = build.discover_one(Path(head)).manifest
    assert manifest is not None
    assert document["head"] == {
        "id": "org.example.tiny",
        "version": "1.0.0",
        "sha256": manifest.model.sha256,
        "recipe": build.RECIPE.digest(),
    }
    for file in document["files"]:
        assert list(file) == ["path", "source", "status", "reason", "findings", "maps", "seconds", "notes"]
        assert (file["reason"] is None) == (file["status"] == "scored")
        assert bool(file["findings"]) == (file["status"] == "scored")
        assert file["maps"] is None and 0 <= file["seconds"] < 60
        assert file["notes"] == []
        if file["reason"]:
            assert list(file["reason"]) == ["code", "message"]
    png, dicom = document["files"][0], document["files"][1]
    assert list(png["findings"][0]) == [
        "code",
        "name",
        "logit",
        "probability",
        "low",
        "high",
        "threshold",
        "above",
        "validated",
    ]
    # By hand: grey 51 / 255 = 0.2 for both; sigmoid(2 * 0.8 - 0.5) = 0.750260 for its complement.
    for file in (png, dicom):
        assert [f["code"] for f in file["findings"]] == ["60046008", "36118008"]
        assert file["findings"][0]["logit"] == pytest.approx(0.2)
        assert file["findings"][1]["probability"] == pytest.approx(0.750260, abs=1e-6)
        assert file["findings"][1]["above"] is True


def test_maps_are_written_as_whole_arrays(
    capsys: pytest.CaptureFixture[str], head: str, images: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "made" / "maps"
    document = score(capsys, images, "--head", head, "--maps", folder)
    scored = [f for f in document["files"] if f["status"] == "scored"]
    assert [f["maps"] is None for f in document["files"]] == [f["status"] != "scored" for f in document["files"]]
    maps = np.load(scored[1]["maps"])
    assert maps.shape == (2, 4, 4) and maps.dtype == np.float32
    assert maps[1] == pytest.approx(np.full((4, 4), 0.4))  # grey 0.2, weight 2: raw, not stretched
    assert {p.name for p in folder.iterdir()} == {Path(f["maps"]).name for f in scored}
    assert "chest" not in scored[1]["maps"].rsplit("/", 1)[1]


def test_what_was_repaired_in_a_scored_image_is_in_the_result(
    capsys: pytest.CaptureFixture[str], head: str, tmp_path: Path
) -> None:
    grey = np.full((64, 64), 51, np.uint8)
    # A VOI LUT of 8-bit values whose descriptor says 16: black to the letter, scored with full contrast.
    write_image(tmp_path / "film", grey, VOILUTSequence=[lut_item(list(range(256)), 0, 16)])
    (file,) = score(capsys, tmp_path / "film", "--head", head)["files"]
    assert file["status"] == "scored"
    assert any("(0028,3002) LUT Descriptor" in note for note in file["notes"])
    assert cli.run(["score", str(tmp_path / "film"), "--head", head, "--format", "csv"]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert all("(0028,3002)" in row["notes"] for row in rows) and rows


def test_low_and_high_are_the_interval_where_the_head_states_one(
    capsys: pytest.CaptureFixture[str], images: Path, tmp_path: Path
) -> None:
    first = build.finding(0, value="60046008", meaning="Pleural effusion", slope=2.0, offset=-0.5)
    second = build.finding(1, value="36118008", meaning="Pneumothorax", slope=2.0, offset=-0.5)
    known = CalibrationInterval(
        slope_error=0.1, offset_error=0.2, correlation=0.0, n=90, positives=20, patients=80, data="made"
    )
    folder = build.write_head(tmp_path / "with", findings=(replace(first, interval=known), second)).folder
    (file,) = score(capsys, images / "a.png", "--head", folder)["files"]
    one, other = file["findings"]
    # By hand: logit 0.2, so 2 * 0.2 - 0.5 = -0.1; error sqrt(0.02^2 + 0.2^2) = 0.200998; -0.1 +- 0.393948.
    assert (one["low"], one["high"]) == pytest.approx((0.378964, 0.572962), abs=1e-5)
    assert (other["low"], other["high"]) == (None, None)
    assert cli.run(["score", str(images / "a.png"), "--head", str(folder), "--format", "csv"]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert float(rows[0]["low"]) == one["low"] and float(rows[0]["high"]) == one["high"]
    assert (rows[1]["low"], rows[1]["high"]) == ("", "")


def test_csv_has_a_row_per_finding_and_one_for_a_file_without(
    capsys: pytest.CaptureFixture[str], head: str, images: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    assert cli.run(["score", str(images), "--head", head, "--format", "csv", "-o", str(out)]) == 0
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [row["status"] for row in rows] == ["scored"] * 4 + ["refused"] * 2 + ["failed"] * 3
    assert [row["code"] for row in rows[:3]] == ["60046008", "36118008", "60046008"]
    assert list(rows[0])[-4:] == ["seconds", "notes", "low", "high"]
    assert float(rows[1]["probability"]) == pytest.approx(0.750260, abs=1e-6)
    assert rows[4]["reason_code"] == "child" and rows[4]["code"] == ""
    assert capsys.readouterr().out == ""


def test_the_header_rejects_without_decoding(
    capsys: pytest.CaptureFixture[str], head: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = write_image(tmp_path / "hip", np.zeros((64, 64), np.uint8), BodyPartExamined="HIP")

    def never(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("cxrviewer.decoder.client.DecoderPool.open_image", never)
    assert score(capsys, image, "--head", head)["files"][0]["reason"]["code"] == "not_chest"


def test_a_bug_on_one_file_stops_no_other(
    capsys: pytest.CaptureFixture[str], head: str, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = HeadScorer.score
    calls: list[int] = []

    def flaky(self: HeadScorer, *arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError("DOE^JANE")
        return real(self, *arguments)

    monkeypatch.setattr(HeadScorer, "score", flaky)
    assert cli.run(["score", str(images), "--head", head, "--jobs", "1"]) == 0
    said = capsys.readouterr()
    first, second = json.loads(said.out)["files"][:2]
    assert (first["status"], first["reason"]["code"]) == ("failed", "decode_failed")
    assert second["status"] == "scored"
    assert "DOE" not in said.out + said.err


def test_a_crashing_head_fails_images_and_the_run_completes(
    capsys: pytest.CaptureFixture[str], head: str, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cxrviewer.errors import ScoringError

    def crash(*_: object) -> None:
        raise ScoringError("The model process ended unexpectedly.")

    monkeypatch.setattr(HeadScorer, "score", crash)
    entry = score(capsys, images / "a.png", "--head", head)["files"][0]
    assert (entry["status"], entry["reason"]["code"]) == ("failed", "head_failed")


def test_loops_links_and_pipes_end_in_one_entry_per_file(
    capsys: pytest.CaptureFixture[str], head: str, tmp_path: Path
) -> None:
    folder = tmp_path / "tree"
    write_image(folder / "a" / "film", np.full((64, 64), 9, np.uint8))
    (folder / "a" / "loop").symlink_to(folder)
    (folder / "dangling").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe")
    document = score(capsys, folder, folder / "a", folder / "a" / "film", "--head", head)
    assert [(os.path.relpath(f["path"], folder), f["status"]) for f in document["files"]] == [
        ("a/film", "scored"),
        ("dangling", "failed"),
        ("pipe", "failed"),
    ]


def test_names_that_are_no_utf8_survive(capsysbinary: pytest.CaptureFixture[bytes], head: str, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/f\xff.dcm"
    with open(name, "wb") as file:
        file.write(image_bytes(np.full((64, 64), 9, np.uint8)))
    assert cli.run(["score", os.fsdecode(name), "--head", head]) == 0
    assert os.fsencode(json.loads(capsysbinary.readouterr().out)["files"][0]["path"]) == name
    assert cli.run(["score", os.fsdecode(name), "--head", head, "--format", "csv"]) == 0
    assert name in capsysbinary.readouterr().out


def test_progress_goes_to_standard_error_and_names_no_file(
    capsys: pytest.CaptureFixture[str], head: str, images: Path
) -> None:
    assert cli.run(["score", str(images), "--head", head]) == 0
    said = capsys.readouterr()
    assert said.err.splitlines()[-1] == "7/7 2 scored, 2 refused, 3 failed"
    assert str(images) not in said.err


def test_an_empty_folder_is_a_completed_run(capsys: pytest.CaptureFixture[str], head: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert score(capsys, tmp_path / "empty", "--head", head)["files"] == []


def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str], head: str, images: Path, tmp_path: Path) -> None:
    for arguments in (
        ["score"],
        ["score", str(tmp_path / "absent"), "--head", head],
        ["score", str(images), "--head", head, "--jobs", "0"],
        ["score", str(images), "--head", head, "--format", "xml"],
        ["score", str(images), "--head", head, "-o", str(tmp_path / "absent" / "out.json")],
        ["score", str(images), "--head", head, "-o", str(images)],
        ["score", str(images), "--head", "no.such.head"],
        ["heads"],
        ["heads", "check"],
        ["heads", "check", str(tmp_path / "absent")],
        ["--no-such-option"],
    ):
        assert cli.run(arguments) == 2, arguments
        said = capsys.readouterr()
        assert said.err and not said.out


def test_one_missing_path_among_others_is_an_entry(capsys: pytest.CaptureFixture[str], head: str, images: Path) -> None:
    document = score(capsys, images / "a.png", images / "zz_absent", "--head", head)
    assert [f["status"] for f in document["files"]] == ["scored", "failed"]


def test_an_unusable_head_is_2_with_all_its_problems(
    capsys: pytest.CaptureFixture[str], images: Path, tmp_path: Path
) -> None:
    build.write_head(tmp_path / "bad")
    toml = tmp_path / "bad" / "head.toml"
    toml.write_text(toml.read_text().replace("pad = 0.0", "pad = 7").replace("schema", "shema"))
    assert cli.run(["score", str(images), "--head", str(tmp_path / "bad")]) == 2
    said = capsys.readouterr()
    assert "recipe.pad: must lie in [0, 1], got 7.0" in said.err
    assert "shema: is not a known key" in said.err and "schema: is missing" in said.err
    build.write_head(tmp_path / "wrong", logits=(0.9, 0.9))
    assert cli.run(["score", str(images), "--head", str(tmp_path / "wrong")]) == 2
    assert "differs by 0.4 from the author's" in capsys.readouterr().err


def test_a_failed_write_leaves_the_old_result(
    capsys: pytest.CaptureFixture[str], head: str, images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "results"
    folder.mkdir()
    out = folder / "out.json"
    out.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert cli.run(["score", str(images / "a.png"), "--head", head, "-o", str(out)]) == 1
    assert out.read_text() == "old" and sorted(folder.iterdir()) == [out, folder / "out.json.partial"]
    assert "--resume" in capsys.readouterr().err
    monkeypatch.undo()
    assert cli.run(["score", str(images / "a.png"), "--head", head, "-o", str(out), "--resume"]) == 0
    assert [f["status"] for f in json.loads(out.read_text())["files"]] == ["scored"]
    assert list(folder.iterdir()) == [out]


@pytest.mark.parametrize("kept", [0, 1])
def test_a_disk_that_fills_during_a_run_leaves_the_scores_before_it_or_nothing(
    capsys: pytest.CaptureFixture[str], head: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    for number in range(3):
        write_image(tmp_path / "in" / str(number), np.full((64, 64), 40 + number, np.uint8))
    folder = tmp_path / "results"
    folder.mkdir()
    out = folder / "out.json"
    real, lines = Journal._append, list[object]()

    def append(journal: Journal, value: Any) -> int:
        if len(lines) > kept:
            raise OutputError("The disk is full.")
        lines.append(value)
        return real(journal, value)

    monkeypatch.setattr(Journal, "_append", append)
    command = ["score", str(tmp_path / "in"), "--head", head, "-o", str(out)]
    assert cli.run(command) == 1
    said = capsys.readouterr().err
    assert ("The scores before are kept in out.json.partial; add --resume." in said) == bool(kept)
    assert list(folder.iterdir()) == [folder / "out.json.partial"] * kept
    monkeypatch.undo()
    assert cli.run([*command, "--resume"] if kept else command) == 0
    assert len(json.loads(out.read_text())["files"]) == 3


def test_a_disk_that_takes_no_map_keeps_no_folder_for_them(
    head: str, images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    FullDisk(monkeypatch)
    assert cli.run(["score", str(images / "a.png"), "--head", head, "--maps", str(tmp_path / "new" / "maps")]) == 1
    assert "A map could not be written" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


class _Interrupts:
    """Scores as `HeadScorer.score` does, until the image it is told to be interrupted at."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
        self.calls = 0
        real = HeadScorer.score

        def score(scorer: HeadScorer, *arguments: Any) -> Any:
            self.calls += 1
            if self.calls == at:
                raise KeyboardInterrupt
            return real(scorer, *arguments)

        monkeypatch.setattr(HeadScorer, "score", score)


def _without_times(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "files": [{**file, "seconds": None} for file in document["files"]]}


@pytest.fixture
def five(tmp_path: Path) -> Path:
    for number in range(5):
        write_image(tmp_path / "five" / str(number), np.full((64, 64), 40 + number, np.uint8))
    return tmp_path / "five"


def test_an_interrupted_run_goes_on_where_it_stopped(
    capsys: pytest.CaptureFixture[str], head: str, five: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _without_times(score(capsys, five, "--head", head))
    out = tmp_path / "out.json"
    arguments = ["score", str(five), "--head", head, "-o", str(out), "--jobs", "1"]
    with monkeypatch.context() as patch:
        _Interrupts(patch, at=3)
        assert cli.run(arguments) == 130
    assert not out.exists()
    assert "Interrupted after 2 of 5 files" in capsys.readouterr().err
    assert cli.run(arguments) == 2  # neither lost nor mixed up silently
    assert "--resume" in capsys.readouterr().err
    with monkeypatch.context() as patch:
        resumed = _Interrupts(patch, at=0)
        assert cli.run([*arguments, "--resume"]) == 0
    assert resumed.calls == 3
    assert _without_times(json.loads(out.read_text())) == whole
    assert not (tmp_path / "out.json.partial").exists()


def test_a_resumed_run_repeats_the_line_that_was_cut_and_files_that_changed_or_failed(
    capsys: pytest.CaptureFixture[str], head: str, five: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (five / "1").write_bytes(image_bytes(np.full((64, 64), 41, np.uint8))[:-900])  # fails
    out, journal = tmp_path / "out.csv", tmp_path / "out.csv.partial"
    arguments = ["score", str(five), "--head", head, "-o", str(out), "--jobs", "1", "--format", "csv"]
    with monkeypatch.context() as patch:
        _Interrupts(patch, at=4)
        assert cli.run(arguments) == 130  # "0", "2", "3" have scores, "1" failed
    journal.write_bytes(journal.read_bytes()[:-20])  # killed while it wrote the line of "3"
    write_image(five / "0", np.full((64, 64), 200, np.uint8), WindowCenter=128, WindowWidth=256)
    write_image(five / "1", np.full((64, 64), 41, np.uint8))
    with monkeypatch.context() as patch:
        resumed = _Interrupts(patch, at=0)
        assert cli.run([*arguments, "--resume"]) == 0
    assert resumed.calls == 4  # all but "2"
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [(Path(row["path"]).name, row["status"]) for row in rows[::2]] == [(str(n), "scored") for n in range(5)]
    assert float(rows[0]["logit"]) == pytest.approx(200 / 255)  # of the new file "0"


@pytest.mark.skipif(sys.platform == "win32", reason="the time of change of Windows is that of creation")
def test_a_file_replaced_with_its_old_size_and_time_is_scored_anew(tmp_path: Path) -> None:
    path = tmp_path / "image"
    path.write_bytes(b"one patient")
    about = {"head": "any"}
    with Journal(tmp_path / "out.json.partial", about, resume=False) as journal:
        journal.add(Entry(path=str(path), source="dicom", status="scored", seconds=0.1, stamp=stamp_of(str(path))))
        assert journal.has(str(path))
    before = path.stat()
    path.write_bytes(b"the  second")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with Journal(tmp_path / "out.json.partial", about, resume=True) as journal:
        assert len(journal) == 1 and not journal.has(str(path))


def test_a_journal_of_another_head_is_not_continued(
    capsys: pytest.CaptureFixture[str], head: str, five: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.write_head(tmp_path / "other", version="2.0.0")
    out = tmp_path / "out.json"
    with monkeypatch.context() as patch:
        _Interrupts(patch, at=2)
        assert cli.run(["score", str(five), "--head", head, "-o", str(out), "--jobs", "1"]) == 130
    kept = (tmp_path / "out.json.partial").read_bytes()
    assert cli.run(["score", str(five), "--head", str(tmp_path / "other"), "-o", str(out), "--resume"]) == 2
    assert "another head" in capsys.readouterr().err
    assert (tmp_path / "out.json.partial").read_bytes() == kept and not out.exists()


def test_an_interrupted_run_to_standard_output_leaves_a_whole_document(
    capsys: pytest.CaptureFixture[str], head: str, five: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _Interrupts(monkeypatch, at=3)
    assert cli.run(["score", str(five), "--head", head, "--jobs", "1"]) == 130
    assert [f["status"] for f in json.loads(capsys.readouterr().out)["files"]] == ["scored", "scored"]


def test_the_output_may_be_a_link_and_the_link_stays(head: str, five: Path, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    target, link = tmp_path / "results" / "day.json", tmp_path / "latest.json"
    link.symlink_to(target)
    for _ in range(2):  # to nothing yet, then to a file
        assert cli.run(["score", str(five / "0"), "--head", head, "-o", str(link)]) == 0
        assert link.is_symlink() and json.loads(target.read_text())["files"][0]["status"] == "scored"
        target.chmod(0o640)
    assert target.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in tmp_path.iterdir() if "json" in p.name) == ["latest.json"]


def test_a_link_to_itself_is_no_output(
    capsys: pytest.CaptureFixture[str], head: str, five: Path, tmp_path: Path
) -> None:
    link = tmp_path / "loop.json"
    link.symlink_to(link)
    assert cli.run(["score", str(five / "0"), "--head", head, "-o", str(link)]) == 2
    assert "leads back to itself" in capsys.readouterr().err
    assert link.is_symlink()


def test_a_pipe_as_output_is_written_to_and_stays(head: str, five: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    assert cli.run(["score", str(five / "0"), "--head", head, "-o", str(pipe)]) == 0
    reader.join()
    assert json.loads(read[0])["files"][0]["status"] == "scored"
    assert pipe.is_fifo() and not list(tmp_path.glob("*.partial"))
    assert cli.run(["score", str(five / "0"), "--head", head, "-o", str(pipe), "--resume"]) == 2


def test_the_name_of_standard_output_is_written_to_where_it_is_a_pipe(head: str, five: Path) -> None:
    arguments = [sys.executable, "-m", "cxrviewer", "score", str(five / "0"), "--head", head, "-o", "/dev/stdout"]
    done = subprocess.run(arguments, capture_output=True, check=True)
    assert json.loads(done.stdout)["files"][0]["status"] == "scored"


def test_a_disk_that_is_full_before_the_run_begins_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits the size of files as a full disk would")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with pytest.raises(OutputError, match="space on the disk"):
            Journal(tmp_path / "out.json.partial", {"head": "any"}, resume=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(tmp_path.iterdir())


def test_a_reader_that_goes_away_ends_the_run_without_a_traceback(head: str, five: Path) -> None:
    arguments = [sys.executable, "-m", "cxrviewer", "score", str(five), "--head", head]
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(arguments, cwd=ROOT, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(write)
    assert done.returncode == 1 and "could not be written" in done.stderr
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr


def test_ctrl_c_leaves_no_half_file_and_no_process(head: str, tmp_path: Path) -> None:
    import psutil

    for number in range(200):
        write_image(tmp_path / "many" / str(number), np.full((512, 512), number, np.uint8))
    out = tmp_path / "out.json"
    arguments = interruptible("score", str(tmp_path / "many"), "--head", head, "-o", str(out))
    arguments += ["--maps", str(tmp_path / "maps")]
    # 50 images done is when the first progress line comes.
    with subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("50/200")
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert "Traceback" not in rest
    assert not out.exists() and not list(tmp_path.glob("*.part"))
    assert all(np.load(file).shape == (2, 4, 4) for file in (tmp_path / "maps").iterdir())
    gone, alive = psutil.wait_procs(children, timeout=10)
    assert not alive and len(gone) >= 1


@pytest.fixture
def watched_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty home folder; opening any socket fails the test."""

    class Blocked(socket.socket):
        def __init__(self, *_: object, **__: object) -> None:
            raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", Blocked)
    home = tmp_path / "home"
    home.mkdir()
    # The test session switches telemetry off for itself; here the program has to do it alone.
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")
    for name in ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    return home


def test_scoring_opens_no_socket_and_leaves_nothing_in_the_home_folder(
    capsys: pytest.CaptureFixture[str], head: str, images: Path, watched_home: Path
) -> None:
    assert score(capsys, images, "--head", head)["files"][0]["status"] == "scored"
    assert [str(p.relative_to(watched_home)) for p in watched_home.rglob("*")] == []


def test_the_log_names_no_path_and_no_patient(
    capsys: pytest.CaptureFixture[str], head: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grey = np.full((64, 64), 51, np.uint8)
    folder = tmp_path / "DOE_JANE"
    named: dict[str, Any] = {"PatientName": "DOE^JANE", "PatientID": "4711", "PatientBirthDate": "19660301"}
    write_image(folder / "good", grey, **named)
    (folder / "cut").write_bytes(image_bytes(grey, **named)[:-2000])
    (folder / "junk").write_text("DOE^JANE")

    def bug(*_: object) -> None:
        raise ZeroDivisionError("DOE^JANE 4711")

    monkeypatch.setattr("cxrviewer.batch.score._write_maps", bug)
    assert cli.run(["score", str(folder), "--head", head, "--maps", str(tmp_path / "m")]) == 0
    logs = Path(os.environ["CXRVIEWER_HOME"]) / "logs"
    written = "".join(p.read_text() for p in logs.iterdir())
    assert "ZeroDivisionError" in written  # the log was written to at all
    said = capsys.readouterr().err
    for secret in ("DOE", "JANE", "4711", "1966", str(tmp_path), "junk"):
        assert secret not in written + said


def test_heads_list_shows_the_good_and_the_bad(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(os.environ["CXRVIEWER_HOME"]) / "heads"
    build.write_head(folder / "tiny")
    build.write_head(folder / "zbad")
    (folder / "zbad" / "head.toml").write_text("schema = 9")
    assert cli.run(["heads", "list"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "org.example.tiny 1.0.0  Two greys  [usable, unsigned]" in said
    assert said[-2:] == ["zbad  [not usable]", "    schema: this program reads contract version 1, not 9"]


def test_a_head_is_found_by_its_id(capsys: pytest.CaptureFixture[str], images: Path) -> None:
    build.write_head(Path(os.environ["CXRVIEWER_HOME"]) / "heads" / "tiny")
    document = score(capsys, images / "a.png", "--head", "org.example.tiny")
    assert document["head"]["id"] == "org.example.tiny"


def test_heads_check_says_what_passed_and_what_failed(
    capsys: pytest.CaptureFixture[str], head: str, tmp_path: Path
) -> None:
    assert cli.run(["heads", "check", head]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 11 and all(line.startswith("ok") for line in lines)
    (Path(head) / "model.onnx").write_bytes(b"x")
    assert cli.run(["heads", "check", head]) == 2
    said = capsys.readouterr().out
    assert "FAIL  sha256" in said and "not run: backbone, structure, tensors" in said


def test_paths_open_the_window_and_command_names_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[list[Path]] = []
    app = types.ModuleType("cxrviewer.app")
    app.run_window = lambda paths=(), **more: opened.append(list(paths)) or 0  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cxrviewer.app", app)
    assert cli.run([]) == cli.run(["a", "b"]) == cli.run(["./demo"]) == cli.run(["open", "demo"]) == 0
    assert opened == [[], [Path("a"), Path("b")], [Path("demo")], [Path("demo")]]


def test_an_empty_path_is_not_the_current_folder_for_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[list[Path], bool]] = []
    app = types.ModuleType("cxrviewer.app")
    app.run_window = lambda paths=(), **more: opened.append((list(paths), more["empty"])) or 0  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cxrviewer.app", app)
    assert cli.run([""]) == cli.run(["open", "", "a", "b"]) == cli.run(["."]) == cli.run([]) == 0
    assert opened == [([], True), ([Path("a"), Path("b")], True), ([Path()], False), ([], False)]


@pytest.mark.parametrize(
    "arguments",
    [
        ["score", ""],
        ["score", "a", "-o", ""],
        ["score", "a", "--maps", ""],
        ["score", "a", "--head", ""],
        ["render", "", "-o", "out"],
        ["render", "a", "-o", ""],
        ["index", ""],
        ["heads", "check", ""],
        ["heads", "install", ""],
        ["heads", "info", ""],
        ["heads", "pack", ""],
        ["heads", "pack", "head", "-o", ""],
        ["heads", "new", ""],
        ["heads", "hash", ""],
        ["heads", "keygen", ""],
        ["heads", "sign", "", "--key", "key"],
        ["heads", "sign", "head", "--key", ""],
    ],
)
def test_an_empty_path_is_wrong_usage_and_the_current_folder_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CXRVIEWER_HOME", str(tmp_path / "home"))
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "head.toml").write_bytes(b"")
    before = sorted(tmp_path.iterdir())
    assert cli.run(arguments) == 2
    assert capsys.readouterr().err
    assert [one for one in sorted(tmp_path.iterdir()) if one.name != "home"] == before


def test_starting_the_command_line_imports_nothing_heavy() -> None:
    code = (
        "import sys, cxrviewer.__main__, cxrviewer.cli\n"
        "print(sorted(sys.modules.keys() & {'numpy', 'pydicom', 'PIL', 'PySide6', 'onnxruntime', 'tomllib'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    import cxrviewer

    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"cxrviewer {cxrviewer.__version__}"


def test_a_head_on_the_features_of_another_is_scored_with_the_installed_backbone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    backbone = build.write_head(tmp_path / "shipped" / "a").manifest
    assert backbone is not None
    build.write_features_head(tmp_path / "small", backbone)
    Image.fromarray(np.full((300, 300), 51, np.uint8)).save(tmp_path / "film.png")
    arguments = ["score", str(tmp_path / "film.png"), "--head", str(tmp_path / "small"), "-o", str(tmp_path / "out")]
    monkeypatch.setattr("cxrviewer.heads.registry.discover.shipped_folder", lambda: None)
    assert cli.run(arguments) == 2
    assert "needs the head org.example.tiny 1.0.0, which is not installed" in capsys.readouterr().err
    monkeypatch.setattr("cxrviewer.heads.registry.discover.shipped_folder", lambda: tmp_path / "shipped")
    assert cli.run(arguments) == 0
    (entry,) = json.loads((tmp_path / "out").read_text())["files"]
    # By hand: grey 51 / 255 = 0.2 in every cell, weight 4.
    assert entry["findings"][0]["logit"] == pytest.approx(0.8)
