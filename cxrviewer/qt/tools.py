"""The tools of the left mouse button."""

from __future__ import annotations

import enum


class Tool(enum.Enum):
    """What the left button does."""

    WINDOW = "window"
    ZOOM = "zoom"
    PAN = "pan"
    REGION = "region"
    """One rectangle that a window is made from."""
    DRAW = "draw"
    """Annotations; `AnnotationsPresenter.use` chooses which."""
