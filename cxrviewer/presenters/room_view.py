"""What the reading room needs of the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from cxrviewer.commands.registry import Registry
from cxrviewer.presenters.annotations import AnnotationsView
from cxrviewer.presenters.findings import FindingsView
from cxrviewer.presenters.image_presenter import ImageView
from cxrviewer.presenters.layer import LayerView
from cxrviewer.presenters.library_opening import PersonQuestion
from cxrviewer.presenters.score_change import ScoreChange
from cxrviewer.presenters.timeline import TimelineView
from cxrviewer.presenters.viewports import ViewportsView
from cxrviewer.presenters.worklist import WorklistView


class RoomView(ViewportsView, Protocol):
    """The window's parts; one object may be several of them. Image and annotations are those of the first viewport."""

    @property
    def image_view(self) -> ImageView: ...
    @property
    def findings_view(self) -> FindingsView: ...
    @property
    def layer_view(self) -> LayerView: ...
    @property
    def worklist_view(self) -> WorklistView: ...
    @property
    def annotations_view(self) -> AnnotationsView: ...
    @property
    def timeline_view(self) -> TimelineView: ...
    @property
    def commands(self) -> Registry: ...

    def notify(self, text: str) -> None:
        """Bring a sentence to the reader."""
        ...

    def withdraw(self, text: str) -> None:
        """Take a sentence away where it still stands: it is no longer true."""
        ...

    def show_score_changes(self, changes: Sequence[ScoreChange], about: str) -> None:
        """Show how the scores of two images differ."""
        ...

    def ask_person(self, question: PersonQuestion | None, answer: Callable[[bool], None]) -> None:
        """Show a question beside the images, or take it away; `answer` is called with whether it is one person."""
        ...

    def watch_file(self, path: Path) -> None:
        """Have `ReadingRoom.look_elsewhere` called soon after a file was written, by whichever program."""
        ...

    def later(self, milliseconds: int, call: Callable[[], None]) -> None:
        """Call something once, later, on this thread; never after the window is gone."""
        ...
