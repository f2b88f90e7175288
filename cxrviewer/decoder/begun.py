"""The image a program is started with: it is being decoded before anybody can ask for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from cxrviewer.cancel import CancelToken

if TYPE_CHECKING:
    from cxrviewer.imaging.contents import Header, Image


class BegunImage:
    """One image that is decoded on a thread of its own and handed out once.

    Parameters
    ----------
    path : str
        Absolute.
    decode : callable
        ``decode(token)`` returns the image; what it raises is kept for whoever asks. None where there is nothing to
        decode.
    """

    def __init__(self, path: str, decode: Callable[[CancelToken], Image | None]) -> None:
        self.path = path
        self._token = CancelToken()
        self._decode = decode
        self._changed = threading.Condition()
        self._claimed = self._over = False
        self._image: Image | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="cxr-begun", daemon=True)
        self._thread.start()

    @property
    def claimed(self) -> bool:
        return self._claimed

    def claim(self) -> bool:
        """Decide what becomes of the image, once: True for the first caller, who takes it or ends it."""
        with self._changed:
            first, self._claimed = not self._claimed, True
        return first

    def header(self, cancel: CancelToken) -> Header | None:
        """Return the image's header once it is decoded, None where it failed; a cancel ends only the waiting.

        Raises
        ------
        JobCancelled
        """
        with cancel.calling(self._wake), self._changed:
            self._changed.wait_for(lambda: self._over or cancel.cancelled)
            image = self._image
        cancel.raise_if_cancelled()
        return None if image is None else image.header

    def take(self, cancel: CancelToken) -> Image | None:
        """Return the image or raise why there is none; a cancel ends the decoding, as of any image."""
        with cancel.calling(self.end), self._changed:
            self._changed.wait_for(lambda: self._over)
            image, self._image = self._image, None  # the image store keeps it
        if self._error is not None:
            raise self._error
        return image

    def end(self) -> None:
        """Stop the decoding; nobody wants the image."""
        self._token.cancel()
        with self._changed:
            self._image = None

    def join(self, patience: float) -> None:
        """Wait at most `patience` seconds for the thread, which ends with the process that decodes."""
        self._thread.join(patience)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _run(self) -> None:
        image: Image | None = None
        error: Exception | None = None
        try:
            image = self._decode(self._token)
        except Exception as failure:  # noqa: BLE001  # raised where the image is asked for
            error = failure
        with self._changed:
            self._image = None if self._token.cancelled else image
            self._error, self._over = error, True
            self._changed.notify_all()
