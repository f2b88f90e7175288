from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from cxrviewer import selftest
from cxrviewer.errors import DecodeError
from cxrviewer.imaging import specimens
from cxrviewer.imaging.codecs import SUPPORTED
from cxrviewer.imaging.dataset import NATIVE
from cxrviewer.qt import one_frame

ROOT = Path(__file__).resolve().parents[2]


def test_a_sound_installation_is_ok_in_every_step(capsys: pytest.CaptureFixture[str], qtbot: QtBot) -> None:
    status = selftest.run()
    lines = capsys.readouterr().out.splitlines()
    assert status == 0, lines
    assert lines[-1] == "OK"
    assert sum("decode" in line for line in lines) == len(SUPPORTED)
    assert any("verify a signature" in line for line in lines)
    assert any("score one film" in line for line in lines)
    assert any("paint one frame" in line for line in lines)


def test_a_failed_step_is_named_and_hides_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    def unwell() -> str:
        raise DecodeError("No decoder.")

    def broken() -> str:
        raise ImportError("libGL.so.1")

    steps = [selftest.Step("first", unwell), selftest.Step("second", broken), selftest.Step("third", lambda: "fine")]
    assert selftest.run(iter(steps)) == 1
    assert capsys.readouterr().out.splitlines() == [
        "FAILED  first: No decoder.",
        "FAILED  second: ImportError: libGL.so.1",
        "OK      third: fine",
        "FAILED: 2 steps",
    ]


def test_a_codec_that_decodes_wrongly_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    syntax = NATIVE[0]
    true = specimens.specimen(syntax)
    monkeypatch.setattr(specimens, "specimen", lambda _: true)
    monkeypatch.setattr(specimens, "specimen_pixels", lambda _: np.zeros((48, 40), np.uint16))
    with pytest.raises(selftest.Wrong, match="wrong by 4000"):
        selftest._decode(syntax)


def test_a_library_that_takes_every_signature_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from cxrviewer.heads.package import signature

    monkeypatch.setattr(signature, "verify", lambda _manifest, _signature: "MZUHV-LPYMK-6XO3E-PYGFY")
    with pytest.raises(selftest.Wrong, match="changed after signing"):
        selftest._verify()


def test_a_canvas_that_paints_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_frame, "paint", lambda image: np.full((512, 512), 7, np.uint8))
    with pytest.raises(selftest.Wrong, match="no film"):
        selftest._paint()


def test_the_frame_is_the_image_fitted_into_the_canvas(qtbot: QtBot) -> None:
    image = selftest.demo_chest()
    frame = one_frame.paint(image, 512)
    assert frame.shape == (512, 512)
    # A square image fills a square canvas: compare 8 x 8 block means of the middle, away from the corner texts.
    step = image.rows // 64
    grey = image.grey_table()[image.codes][: 64 * step, : 64 * step]
    expected = 255 * grey.reshape(64, step, 64, step).mean((1, 3))
    painted = frame.reshape(64, 8, 64, 8).mean((1, 3))
    np.testing.assert_allclose(painted[12:52, 8:56], expected[12:52, 8:56], atol=6)


def test_the_command_says_ok_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXRVIEWER_HOME", str(tmp_path / "home"))
    done = subprocess.run(
        [sys.executable, "-m", "cxrviewer", "self-test"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []
