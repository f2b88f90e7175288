"""``cxrviewer render``: what it writes, where, and what it leaves alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cxrviewer import cli
from cxrviewer.cancel import CancelToken
from cxrviewer.leftovers import temporary_name
from cxrviewer.render import output as output_module
from cxrviewer.render import workers
from cxrviewer.render.picture import RenderedFrame, render_frame
from cxrviewer.render.settings import RenderSettings
from cxrviewer.render.workers import RenderWorkers
from tests.builders.dicom import image_bytes, write_image
from tests.fakes import FullDisk
from tests.processes import interruptible

ROOT = Path(__file__).resolve().parents[2]
GREY = np.add.outer(np.arange(40), np.arange(50)).astype(np.uint8)
"""Shown over its full range: grey is code / 255."""


class InThisProcess:
    """Stands in for `RenderWorkers` where a test is about something else: starting a process takes long."""

    def __init__(self, size: int) -> None:
        assert size >= 1

    def __enter__(self) -> InThisProcess:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __call__(self, path: str, frame: int, settings: RenderSettings, cancel: CancelToken) -> RenderedFrame:
        return render_frame(path, frame, settings)


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "RenderWorkers", InThisProcess)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def render(*arguments: object, status: int = 0) -> None:
    assert cli.run(["render", *map(str, arguments)]) == status


def report(out: Path, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((out / f"{name}.json").read_text())
    return document


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def test_every_file_gets_a_report_and_every_image_a_picture(tmp_path: Path, out: Path) -> None:
    folder = tmp_path / "films"
    write_image(folder / "b" / "chest.dcm", GREY)
    Image.fromarray(GREY).save(folder / "a.png")
    (folder / "junk.txt").write_text("hello")
    (folder / "cut.dcm").write_bytes(image_bytes(GREY)[:-1000])
    render(folder, "-o", out, "--format", "npy")
    assert names(out) == [
        "a.png.json", "a.png.npy", "b/chest.dcm.json", "b/chest.dcm.npy", "cut.dcm.json", "junk.txt.json",
    ]  # fmt: skip
    chest = report(out / "b", "chest.dcm")
    assert {key: chest[key] for key in ("status", "message", "frames", "photometric", "files")} == {
        "status": "shown",
        "message": "",
        "frames": 1,
        "photometric": "MONOCHROME2",
        "files": ["chest.dcm.npy"],
    }
    assert isinstance(chest["notes"], list)
    for name in ("cut.dcm", "junk.txt"):
        assert report(out, name)["status"] == "not_shown"
        assert report(out, name)["message"].endswith(".")


def test_what_lies_in_a_zip_is_rendered_as_from_a_folder(tmp_path: Path, out: Path) -> None:
    archive = tmp_path / "films" / "disc.zip"
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("A/one.dcm", image_bytes(GREY))
        packed.writestr("../outside", image_bytes(GREY))
        packed.writestr("zeros", bytes(4_000_000))
    render(write_image(tmp_path / "plain.dcm", GREY), "-o", out / "plain", "--format", "npy")
    render(archive.parent, "-o", out / "folder", "--format", "npy")
    render(archive, "-o", out / "zip", "--format", "npy")
    render(archive / "A" / "one.dcm", "-o", out / "file", "--format", "npy")
    quoted = "%member%..%2Foutside"
    inside = ["A/one.dcm.json", "A/one.dcm.npy", f"{quoted}.json", f"{quoted}.npy", "zeros.json"]
    assert names(out / "zip") == sorted(inside)
    assert names(out / "folder") == sorted(f"disc.zip/{one}" for one in inside)
    assert names(out / "file") == ["one.dcm.json", "one.dcm.npy"]
    picture = np.load(out / "plain" / "plain.dcm.npy")
    for place in ("zip/A", "folder/disc.zip/A", "file"):
        np.testing.assert_array_equal(np.load(out / place / "one.dcm.npy"), picture)
    assert "two hundred times" in report(out / "zip", "zeros")["message"]


def test_a_zip_is_never_replaced_by_what_is_rendered_from_it(tmp_path: Path) -> None:
    archive = tmp_path / "films.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("one.dcm", image_bytes(GREY))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "one.dcm.png").hardlink_to(archive)
    before = archive.read_bytes()
    render(archive, "-o", tmp_path / "out", status=1)
    assert archive.read_bytes() == before


def test_arrays_hold_grey_from_0_to_1_on_the_files_own_rows_and_columns(tmp_path: Path, out: Path) -> None:
    # Stored mirrored and with pixels twice as high as wide: the window turns and stretches it, an array does not.
    write_image(
        tmp_path / "film", GREY, PatientOrientation=["R", "F"], ViewPosition="PA", PixelAspectRatio=[2, 1],
        PhotometricInterpretation="MONOCHROME1",
    )  # fmt: skip
    render(tmp_path / "film", "-o", out, "--format", "npy")
    values = np.load(out / "film.npy")
    assert values.dtype == np.float32 and values.shape == (40, 50)
    np.testing.assert_allclose(values, 1 - GREY / 255, atol=1e-6)


def test_pictures_have_the_true_shape_and_are_turned_as_in_the_window(tmp_path: Path, out: Path) -> None:
    write_image(
        tmp_path / "film", GREY, PatientOrientation=["R", "F"], ViewPosition="PA", PixelAspectRatio=[2, 1]
    )  # fmt: skip
    render(tmp_path / "film", "-o", out)
    with Image.open(out / "film.png") as picture:
        assert (picture.mode, picture.size) == ("L", (50, 80))
        shown = np.asarray(picture)
    # Twice as many rows, so each pair of them averages to the row of the file, and left and right are exchanged.
    np.testing.assert_allclose(shown.reshape(40, 2, 50).mean(1)[1:-1], GREY[1:-1, ::-1], atol=1)


def test_tiff_holds_16_bits_and_png_8(tmp_path: Path, out: Path) -> None:
    deep = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    write_image(tmp_path / "film", deep, bits=12, WindowCenter=2048, WindowWidth=4096)
    render(tmp_path / "film", "-o", out, "--format", "tiff")
    with Image.open(out / "film.tiff") as picture:
        np.testing.assert_allclose(np.asarray(picture), deep / 4095 * 65535, atol=0.51)
    render(tmp_path / "film", "-o", out, "--format", "png")
    with Image.open(out / "film.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), np.rint(deep / 4095 * 255).astype(np.uint8))
    # The later run replaced the report, and took the earlier one's picture away with it.
    assert names(out) == ["film.json", "film.png"]


def test_colour_is_three_channels_in_every_format(tmp_path: Path, out: Path) -> None:
    colour = np.stack([GREY, GREY // 2, 255 - GREY], axis=-1)
    write_image(tmp_path / "film", colour)
    render(tmp_path / "film", "-o", out, "--format", "npy")
    values = np.load(out / "film.npy")
    assert values.dtype == np.float32
    np.testing.assert_allclose(values, colour / 255, atol=1e-6)
    for kind in ("png", "tiff"):
        render(tmp_path / "film", "-o", out, "--format", kind)
        with Image.open(out / f"film.{kind}") as picture:
            np.testing.assert_array_equal(np.asarray(picture), colour)
    assert report(out, "film")["photometric"] == "RGB"


def test_further_frames_are_numbered_from_2(tmp_path: Path, out: Path) -> None:
    both = np.concatenate([GREY, 255 - GREY])
    write_image(tmp_path / "cine", both, Rows=40, NumberOfFrames=2)
    render(tmp_path / "cine", "-o", out, "--format", "npy")
    assert names(out) == ["cine.f2.npy", "cine.json", "cine.npy"]
    np.testing.assert_allclose(np.load(out / "cine.f2.npy"), 1 - GREY / 255, atol=1e-6)
    assert report(out, "cine")["frames"] == 2


def test_a_file_that_states_more_frames_than_it_holds_is_given_up_with_notes(tmp_path: Path, out: Path) -> None:
    write_image(tmp_path / "cine", GREY, NumberOfFrames=2_000_000)
    render(tmp_path / "cine", "-o", out, "--format", "npy")
    assert names(out) == ["cine.json", "cine.npy"]
    notes = " ".join(report(out, "cine")["notes"])
    assert "Frame 2 is not shown" in notes and "after number 4 were not tried" in notes


def test_a_frame_never_takes_the_name_of_another_input(tmp_path: Path, out: Path) -> None:
    both = np.concatenate([GREY, 255 - GREY])
    write_image(tmp_path / "in" / "cine", both, Rows=40, NumberOfFrames=2)
    write_image(tmp_path / "in" / "cine.f2", GREY)
    render(tmp_path / "in", "-o", out, "--format", "npy", "--jobs", 1)
    np.testing.assert_allclose(np.load(out / "cine.f2.npy"), GREY / 255, atol=1e-6)
    assert any("Frame 2 is not written" in note for note in report(out, "cine")["notes"])


def test_presets_and_windows_are_used_or_said(tmp_path: Path, out: Path) -> None:
    windows = {"WindowCenter": [128, 64], "WindowWidth": [256, 128]}
    write_image(tmp_path / "film", GREY, **windows)
    write_image(tmp_path / "plain", GREY)
    # By hand, PS3.3 C.11.2.1.2.1: c=64, w=128 draws 0 black and 127 white.
    expected = np.clip(GREY / 127, 0, 1)
    for choice in (["--preset", 2], ["--window", 64, 128]):
        render(tmp_path / "film", "-o", out, "--format", "npy", *choice)
        np.testing.assert_allclose(np.load(out / "film.npy"), expected, atol=1e-6)
    render(tmp_path / "plain", "-o", out, "--format", "npy", "--preset", 99)
    assert any("presets, not a number 99" in note for note in report(out, "plain")["notes"])
    np.testing.assert_allclose(np.load(out / "plain.npy"), GREY / 255, atol=1e-6)


def test_a_size_shrinks_and_never_enlarges(tmp_path: Path, out: Path) -> None:
    write_image(tmp_path / "film", GREY)
    for size, expected in ((25, (25, 20)), (50, (50, 40)), (500, (50, 40))):
        render(tmp_path / "film", "-o", out, "--size", size)
        with Image.open(out / "film.png") as picture:
            assert picture.size == expected
    render(tmp_path / "film", "-o", out, "--size", 25, "--format", "npy")
    halved = GREY.reshape(20, 2, 25, 2).mean((1, 3)) / 255
    np.testing.assert_allclose(np.load(out / "film.npy")[1:-1, 1:-1], halved[1:-1, 1:-1], atol=0.01)


def test_raw_values_are_those_after_the_modality_lut(tmp_path: Path, out: Path) -> None:
    write_image(
        tmp_path / "film", GREY, RescaleSlope=2, RescaleIntercept=-1000, PhotometricInterpretation="MONOCHROME1",
        WindowCenter=0, WindowWidth=10, PixelPaddingValue=5,
    )  # fmt: skip
    render(tmp_path / "film", "-o", out, "--format", "npy", "--raw")
    np.testing.assert_array_equal(np.load(out / "film.npy"), 2.0 * GREY - 1000)
    render(tmp_path / "film", "-o", out, "--format", "tiff", "--raw")
    with Image.open(out / "film.tiff") as picture:
        np.testing.assert_array_equal(np.asarray(picture), (2.0 * GREY - 1000).astype(np.float32))


def test_two_inputs_of_one_name_are_not_written_over_each_other(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("a", "b"):
        write_image(tmp_path / folder / "film", GREY)
    for inputs in (("a/film", "b/film"), ("a", "b")):
        render(*(tmp_path / each for each in inputs), "-o", out, status=2)
        said = capsys.readouterr().err
        assert "would be written to one place" in said and "film" in said
        assert names(out) == []
    # The same file named twice is one input; the folder that holds both keeps them apart.
    render(tmp_path / "a", tmp_path / "a" / "film", tmp_path / "a" / "film", "-o", out)
    assert names(out) == ["film.json", "film.png"]
    render(tmp_path / "a", "-o", out)
    render(tmp_path, "-o", out)
    assert names(out) == ["a/film.json", "a/film.png", "b/film.json", "b/film.png", "film.json", "film.png"]


def test_an_input_is_never_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "films"
    write_image(folder / "film", GREY)
    Image.fromarray(GREY).save(folder / "film.png")
    before = (folder / "film.png").read_bytes()
    render(folder, "-o", folder, status=2)
    assert "also an input" in capsys.readouterr().err
    render(folder / "film", folder / "film.png", "-o", folder, status=1)
    assert "name of the output is that of an input" in capsys.readouterr().err
    assert (folder / "film.png").read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_links_and_devices_in_the_place_of_an_output_are_left_alone(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_image(tmp_path / "in" / "film", GREY)
    write_image(tmp_path / "in" / "other", GREY)
    write_image(tmp_path / "in" / "sub" / "inner", GREY)
    victim, elsewhere = tmp_path / "victim", tmp_path / "elsewhere"
    victim.write_text("mine")
    elsewhere.mkdir()
    out.mkdir()
    (out / "film.png").symlink_to(victim)
    (out / "sub").symlink_to(elsewhere)
    os.mkfifo(out / "other.json")
    render(tmp_path / "in", "-o", out, status=1)
    said = capsys.readouterr().err
    assert (
        "taken by a link" in said and "taken by a device or pipe" in said and "folder of the output is a link" in said
    )
    assert victim.read_text() == "mine" and names(elsewhere) == []
    assert (out / "film.png").is_symlink() and (out / "other.json").is_fifo()


@pytest.mark.parametrize("there", [True, False])
def test_a_full_disk_ends_the_run_and_leaves_nothing_half_written(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], there: bool
) -> None:
    for number in range(5):
        write_image(tmp_path / "in" / "deep" / str(number), GREY)
    if there:
        (out / "of another run").mkdir(parents=True)
    FullDisk(monkeypatch)
    render(tmp_path / "in", "-o", out if there else out / "new" / "folders", status=1)
    assert ([one.name for one in out.rglob("*")] == ["of another run"]) if there else not out.exists()
    assert "space on the disk" in capsys.readouterr().err


def test_a_disk_that_fills_at_a_report_keeps_no_picture_without_one(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        write_image(tmp_path / "in" / name, GREY)
    FullDisk(monkeypatch, after=3)  # two files of the first, and the picture of the second
    render(tmp_path / "in", "-o", out, "--jobs", "1", status=1)
    assert names(out) == ["a.json", "a.png"]


def test_a_resumed_run_leaves_out_what_is_done_and_the_same(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    for number in range(3):
        write_image(folder / str(number), GREY)
    render(folder, "-o", out)
    for name in ("0.png", "1.json"):
        (out / name).unlink()
    capsys.readouterr()
    render(folder, "-o", out, "--resume")
    assert capsys.readouterr().err.splitlines()[-1] == "3/3 2 shown, 0 not shown, 1 from an earlier run"
    write_image(folder / "2", 255 - GREY)
    render(folder, "-o", out, "--resume")
    with Image.open(out / "2.png") as picture:
        assert np.asarray(picture)[0, 0] == 255
    render(folder, "-o", out, "--resume", "--size", 20)
    assert capsys.readouterr().err.splitlines()[-1] == "3/3 3 shown, 0 not shown"


def test_an_old_picture_does_not_outlive_its_image(tmp_path: Path, out: Path) -> None:
    path = write_image(tmp_path / "film", GREY)
    render(path, "-o", out)
    path.write_bytes(b"something else")
    render(path, "-o", out)
    assert names(out) == ["film.json"]
    assert report(out, "film")["status"] == "not_shown"


def test_a_bug_on_one_file_stops_no_other(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        write_image(tmp_path / "in" / str(number), GREY)
    calls: list[int] = []

    def flaky(path: str, *arguments: Any) -> RenderedFrame:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError("DOE^JANE")
        return render_frame(path, *arguments[:2])

    monkeypatch.setattr(InThisProcess, "__call__", lambda self, *arguments: flaky(*arguments))
    render(tmp_path / "in", "-o", out, "--jobs", 1)
    assert [report(out, str(number))["status"] for number in range(3)] == ["not_shown", "shown", "shown"]
    written = "".join(path.read_text() for path in (Path(os.environ["CXRVIEWER_HOME"]) / "logs").iterdir())
    assert "ZeroDivisionError" in written
    assert "DOE" not in written + capsys.readouterr().err + (out / "0.json").read_text()


def test_temporary_files_of_killed_runs_are_swept(tmp_path: Path, out: Path) -> None:
    write_image(tmp_path / "film", GREY)
    out.mkdir()
    code = "import sys; from cxrviewer.leftovers import temporary_name; print(temporary_name('a.png'))"
    killed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    dead, mine, other = (out / name for name in (killed.stdout.strip(), temporary_name("b.png"), "c.part"))
    for path in (dead, mine, other):
        path.write_text("x")
    render(tmp_path / "film", "-o", out)
    assert (dead.exists(), mine.exists(), other.exists()) == (False, True, True)


def test_a_photometric_interpretation_that_is_no_term_is_not_quoted(tmp_path: Path, out: Path) -> None:
    write_image(tmp_path / "film", GREY, PhotometricInterpretation="DOE^JANE")
    render(tmp_path / "film", "-o", out)
    text = (out / "film.json").read_text()
    assert "DOE" not in text and "JANE" not in text
    assert report(out, "film")["photometric"] == ""


def test_wrong_usage_is_2_and_writes_nothing(tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = write_image(tmp_path / "film", GREY)
    for arguments in (
        [image],
        [tmp_path / "absent", "-o", out],
        [image, "-o", image],
        [image, "-o", out, "--format", "bmp"],
        [image, "-o", out, "--preset", "0"],
        [image, "-o", out, "--preset", "2", "--window", "1", "2"],
        [image, "-o", out, "--window", "1"],
        [image, "-o", out, "--window", "1", "0"],
        [image, "-o", out, "--window", "nan", "5"],
        [image, "-o", out, "--window", "1e300", "5"],
        [image, "-o", out, "--size", "-3"],
        [image, "-o", out, "--size", "²"],
        [image, "-o", out, "--raw"],
        [image, "-o", out, "--raw", "--format", "npy", "--size", "9"],
        [image, "-o", out, "--jobs", "0"],
    ):
        render(*arguments, status=2)
        said = capsys.readouterr()
        assert said.err and not said.out
    assert not out.exists() or names(out) == []


def test_progress_names_no_file_and_a_missing_path_is_a_report(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_image(tmp_path / "DOE" / "JANE", GREY)
    render(tmp_path / "DOE", tmp_path / "absent", "-o", out)
    said = capsys.readouterr()
    assert said.err.splitlines()[-1] == "2/2 1 shown, 1 not shown"
    assert "JANE" not in said.err and not said.out
    assert report(out, "absent")["message"].startswith("There is no such file")


def test_names_that_are_no_utf8_survive(tmp_path: Path, out: Path) -> None:
    name = os.fsencode(tmp_path) + b"/f\xff.dcm"
    with open(name, "wb") as file:
        file.write(image_bytes(GREY))
    render(os.fsdecode(name), "-o", out, "--format", "npy")
    assert sorted(os.listdir(os.fsencode(out))) == [b"f\xff.dcm.json", b"f\xff.dcm.npy"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
def test_ctrl_c_ends_the_run_with_whole_files_only(tmp_path: Path, out: Path) -> None:
    for number in range(300):
        write_image(tmp_path / "many" / f"{number:03}", np.full((400, 400), number % 256, np.uint8))
    arguments = interruptible("render", str(tmp_path / "many"), "-o", str(out))
    with subprocess.Popen(
        arguments, cwd=ROOT, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("50/300")
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert "Traceback" not in rest and "--resume continues" in rest
    done = names(out)
    assert len(done) < 600 and not [name for name in done if name.endswith(".part")]
    for name in done:
        if name.endswith(".json"):
            assert json.loads((out / name).read_text())["files"] == [name.replace(".json", ".png")]
            with Image.open(out / name.replace(".json", ".png")) as picture:
                picture.load()


def test_a_disk_error_is_told_from_a_bad_name() -> None:
    assert 28 in output_module._ENDS_THE_RUN and 36 not in output_module._ENDS_THE_RUN


def test_files_are_read_in_processes_that_may_die(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "RenderWorkers", RenderWorkers)
    deep = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    colour = np.stack([GREY, GREY // 2, 255 - GREY], axis=-1)
    write_image(tmp_path / "in" / "grey", deep, bits=12, WindowCenter=2048, WindowWidth=4096)
    write_image(tmp_path / "in" / "colour", colour)
    (tmp_path / "in" / "junk").write_text("junk")
    render(tmp_path / "in", "-o", out, "--format", "npy", "--jobs", 2)
    np.testing.assert_allclose(np.load(out / "grey.npy"), deep / 4095, atol=1e-6)
    np.testing.assert_allclose(np.load(out / "colour.npy"), colour / 255, atol=1e-6)
    assert report(out, "junk")["message"].startswith("This file is neither")
