"""The handlers of the commands that need no Qt."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from cxrviewer.commands.facts import PRESETS
from cxrviewer.paths import resources_dir
from cxrviewer.presenters.annotations import AnnotationsPresenter
from cxrviewer.presenters.frames import FramesPresenter
from cxrviewer.presenters.image_presenter import ImagePresenter
from cxrviewer.reading.enhance import Enhancement
from cxrviewer.reading.windowing import BONES, LUNGS, MEDIASTINUM
from cxrviewer.workspace.layout import Aspect, Layout

if TYPE_CHECKING:
    from cxrviewer.imaging.outline import OutlineNet
    from cxrviewer.presenters.reading_room import ReadingRoom

OPACITY_STEP = 5
"""Per cent."""


@lru_cache(maxsize=1)
def outline_network() -> OutlineNet:
    """Return the network that outlines heart and lungs. Raises OSError or ValueError where it cannot be read."""
    from cxrviewer.imaging.outline import OutlineNet

    return OutlineNet.load(resources_dir() / "outline" / "outline.npz")


def handlers(room: ReadingRoom) -> dict[str, Callable[[], object]]:
    """Return the handlers by command id, for `Registry.bind`. Those of the canvas are in `qt.commands_binding`."""
    layer, findings, worklist, viewports = room.layer, room.findings, room.worklist, room.viewports

    # The active viewport's when the command runs, not the one that is active now.
    def image(act: Callable[[ImagePresenter], object]) -> Callable[[], object]:
        return lambda: act(room.image)

    def annotations(act: Callable[[AnnotationsPresenter], object]) -> Callable[[], object]:
        return lambda: act(room.annotations)

    def frames(act: Callable[[FramesPresenter], object]) -> Callable[[], object]:
        return lambda: act(room.viewports.active.frames)

    def use_preset(number: int) -> Callable[[], object]:
        return image(lambda one: one.preset(number - 1))

    def more_opaque(step: int) -> None:
        layer.set_opacity(round(100 * layer.opacity) + step)

    return {
        "edit.undo": room.undo,
        "edit.redo": room.redo,
        "edit.delete": annotations(AnnotationsPresenter.delete),
        "edit.text": annotations(AnnotationsPresenter.edit_text),
        "edit.key_image": annotations(AnnotationsPresenter.toggle_key_image),
        "measure.snap": room.toggle_snapping,
        "measure.propose_ratio": annotations(lambda one: one.propose_ratio(outline_network)),
        "edit.next_point": annotations(lambda one: one.step_point(1)),
        "edit.previous_point": annotations(lambda one: one.step_point(-1)),
        "file.close_all": room.close_all,
        "file.empty_thumbnails": room.thumbnails.empty,
        "grey.next_preset": image(lambda one: one.step_preset(1)),
        "grey.previous_preset": image(lambda one: one.step_preset(-1)),
        **{f"grey.preset_{number}": use_preset(number) for number in range(1, PRESETS + 1)},
        "grey.auto": image(ImagePresenter.auto),
        "grey.lungs": image(lambda one: one.tissue(LUNGS)),
        "grey.mediastinum": image(lambda one: one.tissue(MEDIASTINUM)),
        "grey.bones": image(lambda one: one.tissue(BONES)),
        "grey.sharpen": image(lambda one: one.enhance(Enhancement.SHARPENED)),
        "grey.local_contrast": image(lambda one: one.enhance(Enhancement.LOCAL_CONTRAST)),
        "grey.keep_enhancement": image(ImagePresenter.toggle_keep_enhancement),
        "grey.wider": image(lambda one: one.step_window(1, 0)),
        "grey.narrower": image(lambda one: one.step_window(-1, 0)),
        "grey.brighter": image(lambda one: one.step_window(0, -1)),
        "grey.darker": image(lambda one: one.step_window(0, 1)),
        "grey.voi_lut": image(ImagePresenter.toggle_voi_lut),
        "grey.invert": image(ImagePresenter.invert),
        "view.rotate_right": image(lambda one: one.turn(1)),
        "view.rotate_left": image(lambda one: one.turn(-1)),
        "view.flip": image(ImagePresenter.flip),
        "view.overlays": image(ImagePresenter.toggle_overlays),
        "view.shutter": image(ImagePresenter.toggle_shutter),
        "view.hide_identity": room.privacy.toggle,
        "view.timeline": lambda: room.timeline.toggle(),  # noqa: PLW0108  # made when it is first used
        "viewport.layout_1x1": partial(viewports.set_layout, Layout.ONE),
        "viewport.layout_1x2": partial(viewports.set_layout, Layout.TWO),
        "viewport.layout_1x3": partial(viewports.set_layout, Layout.THREE),
        "viewport.layout_2x2": partial(viewports.set_layout, Layout.FOUR),
        "viewport.next": partial(viewports.step, 1),
        "viewport.previous": partial(viewports.step, -1),
        "viewport.single": lambda: viewports.toggle(viewports.workspace.active),
        "viewport.sync": viewports.toggle_sync,
        **{f"viewport.sync_{aspect.value}": partial(viewports.toggle_aspect, aspect) for aspect in Aspect},
        "viewport.window": room.beside.window,
        "viewport.close_windows": viewports.close_windows,
        "viewport.prior": room.beside.prior,
        "viewport.hang": room.hang_study,
        "viewport.hang_priors": room.hangs.toggle,
        "viewport.blink": room.beside.blink,
        "ai.compare": lambda: room.comparison.compare(),  # noqa: PLW0108  # made when it is first used
        "library.hang_like_this": room.hang_like_this,
        "library.read": lambda: room.mark_study(read=True),
        "library.unread": lambda: room.mark_study(read=False),
        "frame.next": frames(lambda one: one.step(1)),
        "frame.previous": frames(lambda one: one.step(-1)),
        "frame.first": frames(FramesPresenter.first),
        "frame.last": frames(FramesPresenter.last),
        "frame.play": frames(FramesPresenter.toggle_play),
        "frame.loop": frames(FramesPresenter.toggle_loop),
        "frame.faster": frames(lambda one: one.faster(1)),
        "frame.slower": frames(lambda one: one.faster(-1)),
        "worklist.next": partial(worklist.step, 1),
        "worklist.previous": partial(worklist.step, -1),
        "ai.heat_map": lambda: layer.set_visible(not layer.visible),
        "ai.more_opaque": partial(more_opaque, OPACITY_STEP),
        "ai.less_opaque": partial(more_opaque, -OPACITY_STEP),
        "ai.next_finding": findings.next_finding,
        "ai.agree": room.decisions.agree,
        "ai.disagree": room.decisions.disagree,
        "ai.compute_map": room.request_map,
        "ai.on": lambda: findings.set_enabled(not findings.enabled),
    }
