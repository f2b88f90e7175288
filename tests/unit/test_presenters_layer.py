from __future__ import annotations

from typing import Any

import numpy as np
from msgspec.structs import replace

from cxrviewer.presenters.findings import ChosenMap, MapOffer
from cxrviewer.presenters.layer import LayerPresenter
from tests.fakes import Recorder, prediction


def layer(*, visible: bool = True) -> tuple[LayerPresenter, Recorder]:
    view = Recorder()
    return LayerPresenter(view, visible=visible, opacity=0.45, colours="inferno"), view


def chosen(scale: float = 1.0) -> ChosenMap:
    saliency = prediction().maps[0]
    saliency.values[:] *= np.float32(scale)
    return ChosenMap("Cardiomegaly", saliency, made_by="Student 1.0.0")


def drawn(view: Recorder) -> Any:
    return view.last("show_layer")[0]


def test_the_layer_is_off_until_requested_for() -> None:
    presenter, view = layer(visible=False)
    presenter.show(chosen())
    assert drawn(view) is None
    presenter.set_visible(True)
    assert drawn(view).opacity == 0.45


def test_a_faint_map_stays_faint() -> None:
    presenter, view = layer()
    presenter.show(chosen(scale=0.05))
    # By hand: the brightest cell is 4.0 * 0.05 against a reference of 4.0.
    assert float(drawn(view).intensity.max()) == np.float32(0.05)


def test_the_caption_names_method_grid_and_head() -> None:
    presenter, view = layer()
    presenter.show(chosen())
    controls = view.last("show_layer_controls")
    assert controls.caption == (
        "Where the model looked: Grad-CAM, 7 × 7 cells, Student 1.0.0. Not a lesion outline. "
        "The line is drawn at half of the full colour."
    )
    assert view.last("show_layer")[1] == "Cardiomegaly · Grad-CAM · opacity 45 %"


def test_opacity_is_kept_within_its_range() -> None:
    presenter, view = layer()
    presenter.show(chosen())
    presenter.set_opacity(140)
    assert drawn(view).opacity == 1.0
    presenter.set_opacity(-1)
    assert drawn(view).opacity == 0.0


def test_without_a_map_nothing_is_drawn_and_the_controls_say_so() -> None:
    presenter, view = layer()
    presenter.show(chosen())
    presenter.show(None)
    assert drawn(view) is None
    assert not view.last("show_layer_controls").available


def test_with_several_heads_label_and_panel_say_whose_map_it_is() -> None:
    presenter, view = layer()
    presenter.show(ChosenMap("Effusion", prediction().maps[1], "C2 student 1.0.0"))
    assert view.last("show_layer")[1] == "Grad-CAM · C2 student 1.0.0 · Effusion · opacity 45 %"
    controls = view.last("show_layer_controls")
    assert (controls.whose, controls.finding) == ("Grad-CAM · C2 student 1.0.0", "Effusion")


def test_a_map_on_request_says_that_it_is_no_gradcam_and_what_full_colour_means() -> None:
    presenter, view = layer()
    saliency = replace(prediction().maps[0], method="Occlusion, 32 × 32 of 224 × 224 pixels", reference=0.5)
    presenter.show(ChosenMap("Effusion", saliency, on_request=True, made_by="Student 1.0.0"))
    assert view.last("show_layer_controls").caption == (
        "Where covering lowers the probability: Occlusion, 32 × 32 of 224 × 224 pixels, 7 × 7 cells, "
        "Student 1.0.0. No Grad-CAM, no lesion outline. Full colour: 50 % less. "
        "The line is drawn at half of the full colour."
    )


def test_an_offer_draws_nothing_and_says_how_far_it_is() -> None:
    presenter, view = layer()
    presenter.show(MapOffer("Effusion"))
    assert drawn(view) is None
    controls = view.last("show_layer_controls")
    assert controls.offer and not controls.available and controls.of == 0
    presenter.show(MapOffer("Effusion", done=40, of=169))
    controls = view.last("show_layer_controls")
    assert controls.caption == "Covering the film patch by patch: 40 of 169."
    assert (controls.done, controls.of) == (40, 169)
    presenter.show(MapOffer("Effusion", failed="The model did not answer."))
    assert view.last("show_layer_controls").caption == "The model did not answer."


def test_a_map_that_nowhere_reaches_half_of_the_full_colour_has_no_line_to_explain() -> None:
    presenter, view = layer()
    faint = replace(prediction().maps[0], reference=100.0)
    presenter.show(ChosenMap("Cardiomegaly", faint, made_by="Student 1.0.0"))
    assert view.last("show_layer_controls").caption.endswith("Not a lesion outline.")
