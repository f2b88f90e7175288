"""Where findings are: ChestX-ray14's boxes and CheXlocalize's outlines, read and nothing else."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model_training.data.chexpert import CHEXPERT_LABELS
from model_training.data.development_set import LABELS, DataError

NIH_SIDE = 1024
"""Pixels of a side of ChestX-ray14's pictures, which its boxes refer to."""
# Names of the box files that are not those of the labels.
_NIH_NAMES = {"Infiltrate": "Infiltration"}
_CHEXLOCALIZE_NAMES = {"Airspace Opacity": "Lung Opacity"}
_NIH_HEADER = ["Image Index", "Finding Label", "Bbox [x", "y", "w", "h]"]


@dataclass(frozen=True, slots=True)
class Box:
    """One marked finding.

    Attributes
    ----------
    image : str
        Name of the picture in its data set.
    label : str
        Name of an output.
    x, y, width, height : float
        Left and upper edge and size in pixels of the published picture; the edge of the
        picture is 0, so that the centre of its first pixel is at 0.5.
    """

    image: str
    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """One outlined finding.

    Attributes
    ----------
    image : str
        CheXlocalize's id, for instance ``patient64541_study1_view1_frontal``.
    label : str
        Name of an output of CheXpert.
    pixels : (rows, columns) bool
        In pixels of the full-size picture.
    """

    image: str
    label: str
    pixels: npt.NDArray[np.bool_]

    @property
    def picture(self) -> str:
        """Return the end of the picture's path in CheXpert's tables, without its ending."""
        return "/".join(self.image.split("_", 2))


def _coordinates(cells: list[str], where: str) -> tuple[float, float, float, float]:
    try:
        x, y, width, height = (float(cell) for cell in cells)
    except ValueError:
        raise DataError(f"{where}: a box is four numbers, got {', '.join(cells)}") from None
    inside = x >= 0 and y >= 0 and x + width <= NIH_SIDE and y + height <= NIH_SIDE
    if not (inside and width > 0 and height > 0):
        raise DataError(f"{where}: the box does not lie in a picture of {NIH_SIDE} x {NIH_SIDE} pixels")
    return x, y, width, height


def read_nih_boxes(path: Path) -> tuple[Box, ...]:
    """Read ``BBox_List_2017.csv``: 984 boxes of eight findings in 880 pictures.

    Its header ``Bbox [x,y,w,h]`` falls apart into four columns and three empty ones follow; its
    ``Infiltrate`` is the data set's ``Infiltration``.

    Raises
    ------
    DataError
        Naming file and line, for an unknown finding and a box outside the picture.
    """
    boxes = []
    try:
        with path.open(newline="", encoding="utf-8-sig") as handle:
            reader = csv.reader(handle)
            if [cell.strip() for cell in next(reader, [])][:6] != _NIH_HEADER:
                raise DataError(f"{path.name}: the header must begin with {','.join(_NIH_HEADER)}")
            for row in reader:
                if not any(row):
                    continue
                where = f"{path.name} line {reader.line_num}"
                if len(row) < 6:
                    raise DataError(f"{where}: the row is cut short")
                label = _NIH_NAMES.get(row[1], row[1])
                if label not in LABELS:
                    raise DataError(f"{where}: unknown label {row[1]!r}")
                boxes.append(Box(row[0], label, *_coordinates(row[2:6], where)))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name}: cannot be read ({error})") from error
    return tuple(boxes)


def _read_json(path: Path) -> dict[str, dict[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DataError(f"{path.name}: cannot be read ({error})") from error
    if not isinstance(content, dict) or not all(isinstance(value, dict) for value in content.values()):
        raise DataError(f"{path.name}: must hold one table per picture")
    return content


def _size(table: Any, key: str, where: str) -> tuple[int, int]:
    """Return (rows, columns) of ``table[key]``."""
    size = table.get(key) if isinstance(table, dict) else None
    if isinstance(size, list) and len(size) == 2 and all(isinstance(n, int) and n > 0 for n in size):
        return size[0], size[1]
    raise DataError(f"{where}: {key} must be rows and columns")


def _label(name: str, where: str) -> str:
    label = _CHEXLOCALIZE_NAMES.get(name, name)
    if label not in CHEXPERT_LABELS:
        raise DataError(f"{where}: unknown label {name!r}")
    return label


def _runs(counts: str) -> list[int] | None:
    """Return the lengths of the runs of compressed run lengths, None for text that is none.

    A run is a number in characters of 5 bits, lowest first, offset by 48, 32 marking that more
    follow and 16 in the last one the sign; from the fourth run on it is the difference to the
    run two before (rleFrString in COCO's maskApi.c).
    """
    runs: list[int] = []
    value = shift = 0
    for character in counts:
        bits = ord(character) - 48
        if not 0 <= bits < 64 or shift > 30:
            return None
        value |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:
            value -= 1 << shift
        runs.append(value + (runs[-2] if len(runs) > 2 else 0))
        if runs[-1] < 0:
            return None
        value = shift = 0
    return None if shift else runs


def decode_rle(encoded: Any, where: str) -> npt.NDArray[np.bool_]:
    """Decode COCO's ``{"size": [rows, columns], "counts": text}`` to (rows, columns).

    Runs go down the columns and begin with one of background. Our own, because pycocotools
    hands out memory that nobody wrote to where the runs end before the picture does.

    Raises
    ------
    DataError
        Beginning with `where`, for anything else and for runs that do not fill the picture.
    """
    rows, columns = _size(encoded, "size", where)
    counts = encoded.get("counts")
    runs = _runs(counts) if isinstance(counts, str) else None
    if runs is None or sum(runs) != rows * columns:
        raise DataError(f"{where}: counts are not COCO run lengths that fill {rows} x {columns} pixels")
    inside = np.arange(len(runs)) % 2 == 1
    return np.repeat(inside, runs).reshape(columns, rows).T


def read_masks(path: Path) -> Iterator[Mask]:
    """Yield the outlined findings of CheXlocalize's ``gt_segmentations_val.json`` or ``..._test.json``.

    Saporta et al., Nature Machine Intelligence 4 (2022). One at a time: together the full-size
    masks take gigabytes. The file has a mask for every finding of every picture, empty where the
    finding is absent; empty ones are not handed out. Its ``Airspace Opacity`` is CheXpert's
    ``Lung Opacity``.

    Raises
    ------
    DataError
        Naming file and picture, for an unknown finding and a damaged mask.
    """
    for image, findings in _read_json(path).items():
        for name, encoded in findings.items():
            where = f"{path.name}, {image}, {name}"
            pixels = decode_rle(encoded, where)
            if pixels.any():
                yield Mask(image, _label(name, where), pixels)


def read_outlines(path: Path) -> Iterator[Mask]:
    """Yield masks of ``gt_annotations_val.json``: the radiologists' polygons the masks were made of.

    Per picture ``img_size`` (rows, columns) and, per finding, polygons of (x, y). A pixel is
    inside where Pillow's polygon covers it, as in the authors' own conversion.

    Raises
    ------
    DataError
        Naming file and picture.
    """
    from PIL import Image, ImageDraw

    for image, findings in _read_json(path).items():
        rows, columns = _size(findings, "img_size", f"{path.name}, {image}")
        for name, polygons in findings.items():
            if name == "img_size":
                continue
            where = f"{path.name}, {image}, {name}"
            canvas = Image.new("1", (columns, rows))
            try:
                for polygon in polygons:
                    ImageDraw.Draw(canvas).polygon([(float(x), float(y)) for x, y in polygon], fill=1, outline=1)
            except (TypeError, ValueError):
                raise DataError(f"{where}: must be lists of points (x, y)") from None
            pixels = np.asarray(canvas)
            if pixels.any():
                yield Mask(image, _label(name, where), pixels)
