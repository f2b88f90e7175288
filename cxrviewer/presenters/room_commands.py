"""The handlers of the commands that need no Qt."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from cxrviewer.commands.facts import PRESETS

if TYPE_CHECKING:
    from cxrviewer.presenters.reading_room import ReadingRoom

OPACITY_STEP = 5
"""Per cent."""


def handlers(room: ReadingRoom) -> dict[str, Callable[[], object]]:
    """Return the handlers by command id, for `Registry.bind`. Those of the canvas are in `qt.commands_binding`."""
    film, layer, findings, worklist = room.film, room.layer, room.findings, room.worklist

    def more_opaque(step: int) -> None:
        layer.set_opacity(round(100 * layer.opacity) + step)

    return {
        "edit.undo": room.annotations.undo,
        "edit.redo": room.annotations.redo,
        "edit.delete": room.annotations.delete,
        "file.close_all": room.close_all,
        "grey.next_preset": partial(film.step_preset, 1),
        "grey.previous_preset": partial(film.step_preset, -1),
        **{f"grey.preset_{number}": partial(film.preset, number - 1) for number in range(1, PRESETS + 1)},
        "grey.auto": film.auto,
        "grey.invert": film.invert,
        "view.rotate_right": partial(film.turn, 1),
        "view.rotate_left": partial(film.turn, -1),
        "view.flip": film.flip,
        "view.overlays": film.toggle_overlays,
        "view.shutter": film.toggle_shutter,
        "worklist.next": partial(worklist.step, 1),
        "worklist.previous": partial(worklist.step, -1),
        "ai.heat_map": lambda: layer.set_visible(not layer.visible),
        "ai.more_opaque": partial(more_opaque, OPACITY_STEP),
        "ai.less_opaque": partial(more_opaque, -OPACITY_STEP),
        "ai.next_finding": findings.next_finding,
        "ai.compute_map": room.request_map,
        "ai.on": lambda: findings.set_enabled(not findings.enabled),
    }
