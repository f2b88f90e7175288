"""The image at hand: findings, decisions, report and timeline are about it, not about the others on the screen."""

from __future__ import annotations

from collections.abc import Callable

from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.presenters.findings import FindingsPresenter, FindingsView
from cxrviewer.presenters.images import OpenedImage
from cxrviewer.presenters.messages import study_when
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.readings import OpenReading
from cxrviewer.presenters.viewports import Pane, ViewportsPresenter
from cxrviewer.reading.values import ImageRef
from cxrviewer.text import tr


class ImageAtHand:
    """That of the active viewport, from when it is on the screen until it leaves it.

    Parameters
    ----------
    viewports, findings : callable
        Return the presenters.
    privacy : Privacy
    view : FindingsView
    on_changed : callable
        Called where it is another one, or none.

    Attributes
    ----------
    reading : tuple of ImageRef and OpenReading, or None
        What the reader made of it.
    image : OpenedImage or None
    """

    def __init__(
        self,
        viewports: Callable[[], ViewportsPresenter],
        findings: Callable[[], FindingsPresenter],
        privacy: Privacy,
        view: FindingsView,
        on_changed: Callable[[], None],
    ) -> None:
        self._viewports, self._findings, self._privacy = viewports, findings, privacy
        self._view, self._on_changed = view, on_changed
        self._named = ""
        self.reading: tuple[ImageRef, OpenReading] | None = None
        self.image: OpenedImage | None = None

    def show(self, pane: Pane, image: OpenedImage) -> None:
        """Be about an image that is on the screen, and show its findings, while its viewport is the active one."""
        self.say(pane, lambda: self._show(pane, image))

    def say(self, pane: Pane, findings: Callable[[], None]) -> None:
        """Show the findings of a viewport now where it is the active one, else when it becomes that."""
        pane.show_findings = findings
        if pane is self._viewports().active:
            findings()

    def say_nothing(self) -> None:
        """Show that there are no findings: the viewport is empty."""
        self._findings().clear()

    def settle(self, pane: Pane, image: OpenedImage) -> None:
        """Be about the frame that the reader stays at.

        Heads are not asked again: they reject images of several frames by their header.
        """
        pane.show_findings = lambda: self._show(pane, image)
        if pane is self._viewports().active:
            self._follow(pane.annotations.shown, image)

    def leave(self) -> None:
        """Be about none: it leaves its viewport, or another viewport becomes the active one."""
        self._follow(None, None)

    def name(self) -> None:
        """Have the findings name the image that they are of where it is not alone."""
        viewports = self._viewports()
        active = viewports.active.entry
        named = len(viewports.beside) > 1 and active is not None and not self._privacy.hidden
        words = tr("Film of {when}", when=study_when(active.header.identity)) if named and active else ""
        if words != self._named:
            self._named = words
            self._view.show_subject(words)

    def others(self) -> list[tuple[str, Radiograph]]:
        """Return key and image of what is on the screen in other viewports than the active one."""
        viewports = self._viewports()
        shown = [pane.image.image for pane in viewports.shown if pane is not viewports.active]
        return [(image.entry.at(0).key, image.radiograph) for image in shown if image is not None]

    def _show(self, pane: Pane, image: OpenedImage) -> None:
        self._follow(pane.annotations.shown, image)
        self._findings().open(image.entry.at(0).key, image.radiograph)

    def _follow(self, reading: tuple[ImageRef, OpenReading] | None, image: OpenedImage | None) -> None:
        self.reading, self.image = reading, image
        self._on_changed()
