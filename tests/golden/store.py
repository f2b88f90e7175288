"""The stored pictures, the candidates, and the sheet that shows both."""

from __future__ import annotations

import html
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from tests.golden.compare import Difference, difference, levels
from tests.golden.stage import Picture

ROOT = Path(__file__).resolve().parents[2]
STORED = Path(__file__).resolve().parent / "pictures"
BUILD = ROOT / "build" / "golden"
"""Outside version control: candidates, differences and the sheet."""
AMPLIFIED = 8


def read(file: Path) -> Picture:
    """Return a picture, (height, width, 3)."""
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"))


def write(file: Path, picture: Picture) -> None:
    """Write a PNG, of one channel where there is no colour."""
    file.parent.mkdir(parents=True, exist_ok=True)
    grey = bool((picture == picture[..., :1]).all())
    Image.fromarray(picture[..., 0] if grey else picture).save(file, optimize=True)


def stored_names() -> set[str]:
    """Return the names of the stored pictures."""
    return {file.stem for file in STORED.glob("*.png")}


def clear_candidates() -> None:
    """Remove what an earlier run wrote."""
    shutil.rmtree(BUILD, ignore_errors=True)


def write_candidate(name: str, candidate: Picture) -> Difference | None:
    """Write a candidate and its amplified difference; return how far it is, None where none is stored."""
    write(BUILD / "candidates" / f"{name}.png", candidate)
    if name not in stored_names():
        return None
    golden = read(STORED / f"{name}.png")
    if golden.shape == candidate.shape:
        apart = np.minimum(levels(golden, candidate).astype(np.uint16) * AMPLIFIED, 255).astype(np.uint8)
        write(BUILD / "differences" / f"{name}.png", apart)
    return difference(golden, candidate)


def write_dialog(found: dict[str, Difference | None]) -> Path:
    """Write one page with stored picture, candidate and difference of each scene, the worst first."""

    def order(name: str) -> tuple[bool, float, str]:
        apart = found[name]
        return (apart is not None and apart.acceptable, -(apart.mean if apart else float("inf")), name)

    rows = []
    for name in sorted(found, key=order):
        apart = found[name]
        state = "new" if apart is None else "equal" if apart.acceptable else "DIFFERENT"
        stored = (STORED / f"{name}.png").as_uri()
        cells = (stored, f"candidates/{name}.png", f"differences/{name}.png")
        shown = "".join(f'<td><img src="{html.escape(cell)}" alt=""></td>' for cell in cells)
        words = html.escape(f"{state}: {name}" + (f", {apart}" if apart else ""))
        rows.append(f'<tr><th colspan="3">{words}</th></tr><tr>{shown}</tr>')
    page = BUILD / "sheet.html"
    page.write_text(
        '<!doctype html><meta charset="utf-8"><title>Golden pictures</title>'
        "<style>body{background:#777;font-family:sans-serif}th{text-align:left;padding-top:1em}td{padding:2px}"
        "img{max-width:32vw}</style>"
        f"<table><tr><td>stored</td><td>candidate</td><td>difference × {AMPLIFIED}</td></tr>{''.join(rows)}</table>",
        encoding="utf-8",
    )
    return page


def accept(names: set[str]) -> None:
    """Store the candidates of `names`, as they were looked at; nothing is painted anew.

    Raises
    ------
    FileNotFoundError
        Where there is no candidate of a name; then nothing was stored.
    """
    files = {name: BUILD / "candidates" / f"{name}.png" for name in sorted(names)}
    for file in files.values():
        if not file.is_file():
            raise FileNotFoundError(f"there is no candidate {file.name}; run make golden first")
    STORED.mkdir(exist_ok=True)
    for name, file in files.items():
        shutil.copyfile(file, STORED / f"{name}.png")
