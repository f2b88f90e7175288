"""Exporting a picture in the real window."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog, QMessageBox

from cxrviewer.qt.picture_dialog import PictureDialog, band
from tests.builders.dicom import write_image


@pytest.fixture
def app(make_app: Any, qtbot: Any, tmp_path: Path) -> Any:
    codes = np.linspace(0, 4095, 200 * 150).reshape(200, 150).astype(np.uint16)
    image = write_image(tmp_path / "images" / "a.dcm", codes, bits=12, PatientName="MUSTERMANN^ERIKA")
    made = make_app()
    made.start((image,))
    qtbot.waitUntil(lambda: made.room.annotations.shown is not None and not made.jobs.busy, timeout=60_000)
    return made


def exported(app: Any, qtbot: Any, monkeypatch: Any, name: Path, *, whole: bool = False, identity: bool = False) -> Any:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(name), ""))
    app.window.commands.run("file.picture")
    dialog: PictureDialog = app.window.findChildren(PictureDialog)[-1]
    (dialog.image if whole else dialog.view).click()
    if identity and dialog.identity.isEnabled():
        dialog.identity.click()
    dialog.save.click()
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
    path = name if name.exists() else name.with_name(f"{name.name}.png")
    return np.asarray(Image.open(io.BytesIO(path.read_bytes())))


def test_the_whole_image_has_every_pixel_and_the_label_below(
    app: Any, qtbot: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    pixels = exported(app, qtbot, monkeypatch, tmp_path / "a.tif", whole=True)
    assert pixels.dtype == np.uint16 and pixels.shape[1] == 150 and pixels.shape[0] > 200
    grey = app.room.image.image.radiograph.grey_table()[app.room.image.image.radiograph.codes]
    assert np.array_equal(pixels[:200], np.rint(grey * 65535).astype(np.uint16))
    assert pixels[200:].max() > 30_000  # the words


def test_the_view_names_nobody_unless_asked_and_never_while_identity_is_hidden(
    app: Any, qtbot: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    canvas = app.window.canvas
    plain = exported(app, qtbot, monkeypatch, tmp_path / "plain.png")
    named = exported(app, qtbot, monkeypatch, tmp_path / "named.png", identity=True)
    label = canvas._words.identity
    assert "MUSTERMANN" in label.text() and label.isVisibleTo(canvas)
    corner = np.s_[label.y() : label.geometry().bottom(), label.x() : label.geometry().right()]
    assert not np.array_equal(plain[corner], named[corner])
    app.room.privacy.toggle()
    hidden = exported(app, qtbot, monkeypatch, tmp_path / "hidden.png", identity=True)
    assert np.array_equal(hidden[corner], plain[corner])
    assert hidden.shape == plain.shape and named.shape[0] > plain.shape[0]  # the lines of the name


def test_a_file_is_replaced_only_after_a_question(app: Any, qtbot: Any, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "a.png").write_bytes(b"mine")
    asked: list[str] = []

    def answer(*arguments: Any) -> Any:
        asked.append(arguments[2])
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "question", answer)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a"), ""))
    app.window.commands.run("file.picture")
    app.window.findChildren(PictureDialog)[-1].save.click()
    assert len(asked) == 1 and (tmp_path / "a.png").read_bytes() == b"mine"


def test_a_long_line_is_broken_and_not_cut(qtbot: Any) -> None:
    one, many = band(("W" * 5,), 200), band(("W" * 200,), 200)
    assert one.shape[1] == many.shape[1] == 200 and many.shape[0] > 3 * one.shape[0]
    assert many[-one.shape[0] :].max() > 100
