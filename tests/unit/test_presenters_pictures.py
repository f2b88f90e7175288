"""Exported pictures: the right pixels at full depth, the research label, and a name only where it was asked for."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cxrviewer.imaging.voi import VoiWindow
from cxrviewer.presenters.pictures import Depiction, PicturesPresenter
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.reading.turn import Turn
from cxrviewer.reports.pictures import PictureError, PictureKind, picture_bytes, whole_picture, with_band
from tests.fakes import HeldJobs, fake_image, header

BAND = np.full((3, 4), 200, np.uint8)


def depiction() -> Depiction:
    # Three rows of four pixels: 0, 100, ... 1100 of 12 bits.
    codes = (np.arange(12, dtype=np.uint16) * 100).reshape(3, 4)
    image = fake_image(codes=codes)
    window = VoiWindow(600.5, 1201)  # PS3.3 C.11.2.1.2.1: black at 0, white at 1200
    return Depiction(header("DOE^JANE"), image, window, False, True, True, Turn())


class Desk:
    def __init__(self, originals: tuple[Path, ...] = ()) -> None:
        self.jobs, self.privacy, self.told = HeldJobs(), Privacy(), list[str]()
        self.shown: Depiction | None = depiction()
        self.presenter = PicturesPresenter(
            self.jobs, self.privacy, lambda: self.shown, lambda: originals, self.told.append
        )

    def save(self, path: Path) -> Any:
        assert self.shown is not None
        self.presenter.save_image(path, np.full((3, self.shown.width), 200, np.uint8))
        self.jobs.release_all()
        return Image.open(io.BytesIO(path.read_bytes())) if path.exists() else None


@pytest.mark.parametrize(
    ("name", "mode", "values"),
    # 100 / 1200 of 255 and of 65535, rounded by hand, halves to the even number.
    [("a.png", "L", [0, 21, 42, 64]), ("a.tif", "I;16", [0, 5461, 10922, 16384])],
)
def test_every_pixel_is_written_at_the_depth_of_its_format(
    tmp_path: Path, name: str, mode: str, values: list[int]
) -> None:
    desk = Desk()
    picture = desk.save(tmp_path / name)
    assert picture.mode == mode and np.asarray(picture)[0].tolist() == values
    assert picture.size == (4, 6) and np.asarray(picture)[3:].min() == (200 if mode == "L" else 200 * 257)
    assert desk.told == ["The picture was saved."]


def test_a_turned_and_inverted_image_is_written_as_it_is_seen(tmp_path: Path) -> None:
    desk = Desk()
    assert desk.shown is not None
    desk.shown = replace(desk.shown, invert=True, turn=Turn(1))
    pixels = np.asarray(desk.save(tmp_path / "a.PNG"))
    # Clockwise: the first column, bottom to top, is the first row; 800, 400 and 0 of 1200, inverted.
    assert pixels[0].tolist() == [85, 170, 255] and pixels.shape == (4 + 3, 3)


def test_jpeg_is_written_and_one_that_is_too_large_is_declined(tmp_path: Path) -> None:
    assert Desk().save(tmp_path / "a.jpg").format == "JPEG"
    with pytest.raises(PictureError):
        picture_bytes(np.zeros((1, 70_000), np.uint8), PictureKind.JPEG)


def test_a_band_covers_no_pixel_and_fits_colour() -> None:
    colour = with_band(np.zeros((2, 4, 3), np.uint8), BAND)
    assert colour.shape == (5, 4, 3) and not colour[:2].any() and (colour[2:] == 200).all()
    with pytest.raises(ValueError):
        with_band(np.zeros((2, 5), np.uint8), BAND)


def test_pixels_that_are_not_square_get_their_true_shape() -> None:
    wide = replace(depiction().radiograph, aspect=2.0)
    shape = whole_picture(wide, PictureKind.PNG, voi=None, invert=False, overlays=True, shutter=True).shape
    assert shape == (6, 4)


def test_a_picture_says_who_it_is_only_where_that_was_asked_for_and_is_not_hidden() -> None:
    desk = Desk()
    assert desk.presenter.words(identity=False) == ("Research use only · not a medical device",)
    assert "DOE, JANE" in " ".join(desk.presenter.words(identity=True))
    desk.privacy.toggle()
    assert desk.presenter.words(identity=True) == ("Research use only · not a medical device",)


def test_an_opened_original_is_never_replaced_and_an_odd_ending_is_declined(tmp_path: Path) -> None:
    original = tmp_path / "a.png"
    original.write_bytes(b"original")
    (tmp_path / "link").symlink_to(tmp_path)
    desk = Desk((original,))
    desk.presenter.save_image(tmp_path / "link" / "a.png", BAND)
    desk.jobs.release_all()
    desk.save(tmp_path / "b.gif")
    assert original.read_bytes() == b"original" and not (tmp_path / "b.gif").exists()
    assert desk.told[0].startswith("That is an opened original") and ".png" in desk.told[1]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    desk = Desk()
    desk.save(tmp_path / "none" / "a.png")
    assert desk.told == ["The picture was not saved; check the folder, and that the disk has room."]
