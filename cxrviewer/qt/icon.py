"""The program's icon; apart from the About box, which the first window does not wait for."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QIcon

from cxrviewer.errors import SettingsError
from cxrviewer.paths import resources_dir


def icon_file(size: int) -> Path | None:
    """Return the PNG of the program's icon at `size` pixels, None in an incomplete installation."""
    try:
        file = resources_dir() / "icons" / f"cxrviewer-{size}.png"
    except SettingsError:
        return None
    return file if file.is_file() else None


def program_icon() -> QIcon | None:
    """Return the icon of windows, None in an incomplete installation."""
    icon = QIcon()
    for size in (16, 24, 32, 48, 256):
        file = icon_file(size)
        if file is not None:
            icon.addFile(str(file))
    return icon if icon.availableSizes() else None
