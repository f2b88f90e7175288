"""Where frames are drawn."""

from __future__ import annotations

from cxrviewer.heads.contract import CancelToken
from cxrviewer.render.picture import RenderedFrame, render_frame
from cxrviewer.render.settings import RenderSettings


def render_here(path: str, frame: int, settings: RenderSettings, cancel: CancelToken) -> RenderedFrame:
    """Draw a frame in this process: for tests, and until files are read in processes that may die."""
    cancel.raise_if_cancelled()
    return render_frame(path, frame, settings)
