"""Images of several frames in the viewports: which frame is shown, and at which one each image was left."""

from __future__ import annotations

from collections.abc import Callable

from cxrviewer.presenters.decoding_ahead import DecodingAhead
from cxrviewer.presenters.image_at_hand import ImageAtHand
from cxrviewer.presenters.images import OpenedImage
from cxrviewer.presenters.viewports import Pane, ViewportsPresenter
from cxrviewer.studies.library import ImageEntry


class ViewportFrames:
    """Keeps the frames until all is closed.

    Parameters
    ----------
    viewports : ViewportsPresenter
    ahead : DecodingAhead
    at_hand : ImageAtHand
    settled : callable
        Called where the arrangement may be saved from here on.
    """

    def __init__(
        self,
        viewports: ViewportsPresenter,
        ahead: DecodingAhead,
        at_hand: ImageAtHand,
        *,
        settled: Callable[[], None],
    ) -> None:
        self._viewports, self._ahead, self._at_hand, self._settled = viewports, ahead, at_hand, settled
        self._left: dict[str, int] = {}

    def left(self, entry: ImageEntry) -> int | None:
        """Return the frame at which an image was left; None where the reader has not gone through its frames."""
        return self._left.get(entry.key)

    def show(self, pane: Pane, image: OpenedImage) -> None:
        """Show another frame of a viewport's image with what was drawn on it."""
        if pane.image.show_frame(image):
            pane.annotations.turn_to(image)
            self._viewports.turned(pane)
            self._ahead.pin()

    def fail(self, pane: Pane, entry: ImageEntry, error: Exception) -> None:
        """Show in the place of a frame why it cannot be shown."""
        pane.annotations.close()
        pane.image.fail_frame(entry, error)
        self._viewports.emptied(pane)

    def settle(self, pane: Pane) -> None:
        """Let report and decisions be about the frame the reader stays at."""
        image = pane.image.image
        if pane.entry is None or image is None:
            return
        self._left[pane.entry.key] = pane.frames.shown
        pane.annotations.stay()
        self._at_hand.settle(pane, image)
        self._settled()

    def forget(self) -> None:
        """Take note that everything is closed."""
        self._left.clear()
