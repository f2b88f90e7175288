"""Make the icons of every system from the two drawings in ``resources/icons``.

    python packaging/icons.py            write them
    python packaging/icons.py --check    say whether they are what the drawings give

Needs PySide6 (its SVG renderer) and Pillow. What it writes is committed, so that a build needs no renderer.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from pathlib import Path

from PIL import Image, ImageChops

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "icons"
SMALL = 24
"""Up to this size the drawing without ribs is used: strokes under a pixel turn to mud."""
PNG_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
TOLERANCE = 6
"""Greatest difference of a channel a redrawn picture may show: renderers round, drawings do not change by it."""


def render(drawing: Path, width: int, height: int) -> Image.Image:
    """Return `drawing` as (height, width) RGBA."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(str(drawing))
    if not renderer.isValid():
        raise SystemExit(f"{drawing.name} is no drawing this renderer understands")
    image = QImage(width, height, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return Image.open(io.BytesIO(bytes(buffer.data().data()))).convert("RGBA")


def drawing_for(size: int) -> Path:
    """Return the drawing meant for `size` pixels."""
    return FOLDER / ("cxrviewer-small.svg" if size <= SMALL else "cxrviewer.svg")


def pictures() -> dict[str, Image.Image]:
    """Return every PNG by its file name."""
    made = {f"cxrviewer-{size}.png": render(drawing_for(size), size, size) for size in PNG_SIZES}
    made["splash.png"] = render(FOLDER / "splash.svg", 960, 400)  # twice its size on screen: sharp on dense screens
    return made


def write() -> None:
    """Write PNG, ICO (Windows) and ICNS (macOS)."""
    made = pictures()
    for name, image in made.items():
        image.save(FOLDER / name, optimize=True)
    by_size = {size: made[f"cxrviewer-{size}.png"] for size in PNG_SIZES}
    sizes = [(size, size) for size in ICO_SIZES]
    # Every size is handed over as drawn; Pillow would otherwise shrink the largest, ribs and all.
    by_size[256].save(FOLDER / "cxrviewer.ico", sizes=sizes, append_images=[by_size[s] for s in ICO_SIZES])
    others = [by_size[s] for s in (16, 32, 64, 128, 256)]
    by_size[512].save(FOLDER / "cxrviewer.icns", append_images=others)


def differences() -> list[str]:
    """Return the names of committed pictures that are not what the drawings give."""
    wrong = []
    for name, image in pictures().items():
        file = FOLDER / name
        if not file.is_file():
            wrong.append(name)
            continue
        kept = Image.open(file).convert("RGBA")
        # Compared over black: the colour of a fully transparent pixel is nobody's business.
        over = [Image.alpha_composite(Image.new("RGBA", p.size, "black"), p) for p in (kept, image)]
        extremes = ImageChops.difference(*over).getextrema() if kept.size == image.size else ((0, 255),)
        if max(high for _, high in extremes) > TOLERANCE:  # type: ignore[misc]
            wrong.append(name)
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the icons from their drawings.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 where a picture is stale")
    if not parser.parse_args().check:
        write()
        return 0
    wrong = differences()
    for name in wrong:
        print(f"{name} is not what the drawings give: run packaging/icons.py")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
