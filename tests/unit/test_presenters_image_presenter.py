from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import Registry
from cxrviewer.commands.table import COMMANDS
from cxrviewer.errors import DecodeError
from cxrviewer.imaging.contents import Header
from cxrviewer.imaging.lut import LookupTable
from cxrviewer.imaging.modality import Rescale
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.voi import VoiLut, VoiOrigin, VoiPreset, VoiWindow
from cxrviewer.presenters.image_presenter import ImagePresenter
from cxrviewer.presenters.images import OpenedImage, opened_image_store
from cxrviewer.reading.enhance import Enhancement
from cxrviewer.reading.values import Point
from cxrviewer.reading.windowing import MEDIASTINUM
from cxrviewer.studies.library import ImageEntry
from tests.fakes import HeldJobs, Recorder, fake_image, header


@dataclass(frozen=True)
class Image:
    header: Header
    radiograph: Radiograph


@dataclass
class Light:
    """An image presenter with what it opens held in a table."""

    sources: dict[str, Radiograph | Exception]
    view: Recorder = field(default_factory=Recorder)
    jobs: HeldJobs = field(default_factory=HeldJobs)
    opened: list[OpenedImage] = field(default_factory=list)
    failed: list[ImageEntry] = field(default_factory=list)
    renewed: list[ImageEntry] = field(default_factory=list)
    stale: list[ImageEntry] = field(default_factory=list)
    overwritten: set[str] = field(default_factory=set)
    decoded: list[str] = field(default_factory=list)
    commands: Registry = field(default_factory=lambda: Registry(COMMANDS))

    def __post_init__(self) -> None:
        self.images = opened_image_store(self.read, self.still_holds, budget=128 * 2**20)
        self.presenter = ImagePresenter(
            self.view,
            self.jobs,
            self.images,
            still_holds=self.still_holds,
            on_opened=self.opened.append,
            on_renewed=lambda entry: self.renewed.append(entry) is None,
            on_failed=lambda entry, _: self.failed.append(entry),
            on_stale=self.stale.append,
            facts=self.commands,
        )

    def read(self, path: Path, cancel: object, frame: int = 0) -> Image:
        self.decoded.append(path.name)
        found = self.sources[path.name]
        if isinstance(found, Exception):
            raise found
        return Image(header(path.name.upper()), found)

    def still_holds(self, path: Path, stamp: object) -> bool:
        return path.name not in self.overwritten

    def open(self, name: str, *, release: bool = True) -> None:
        self.presenter.open(self.entry(name))
        if release and "image" in self.jobs.newest:
            self.jobs.release("image")

    def entry(self, name: str) -> ImageEntry:
        return ImageEntry(Path(name), header(name.upper()))

    @property
    def table(self) -> Any:
        for name, args in reversed(self.view.calls):
            if name == "show_table":
                return args[0]
            if name == "show_image":
                return args[1]
        raise AssertionError("nothing drawn")


def test_the_previous_image_leaves_before_the_next_is_decoded_and_identity_follows() -> None:
    light = Light({"a": fake_image(), "b": fake_image(key="b")})
    light.open("a")
    light.open("b", release=False)
    assert light.view.names()[-3:] == ["show_marks", "show_opening", "show_identity"]
    assert light.view.last("show_identity") == ("", "")  # whose image it is, only the file itself says
    assert light.presenter.image is None
    light.presenter.drag(5, 5)
    light.presenter.invert()
    assert "show_table" not in light.view.names()
    light.jobs.release("image")
    assert light.view.last("show_identity")[0].startswith("B ")


def test_only_the_newest_image_is_shown() -> None:
    light = Light({"a": fake_image(), "b": fake_image(key="b")})
    light.open("a", release=False)
    light.open("b", release=False)
    light.jobs.release("image")
    assert [o.radiograph.key for o in light.opened] == ["b"]


def test_a_image_that_cannot_be_decoded_gives_its_sentence_and_no_picture() -> None:
    light = Light(
        {"a": fake_image(), "bad": DecodeError("JPEG process 10 cannot be decoded; no decoder for it exists here.")}
    )
    light.open("a")
    light.open("bad")
    title, message = light.view.last("show_failure")
    assert title == "This film cannot be shown"
    assert message.startswith("JPEG process 10")
    assert [e.path.name for e in light.failed] == ["bad"]
    assert light.view.last("show_identity")[0].startswith("BAD ")  # the file is what was listed, so it is hers
    assert light.presenter.image is None


def test_a_large_image_is_shown_first_and_averaged_then() -> None:
    light = Light({"a": fake_image(codes=np.zeros((2000, 1000), np.uint16))})
    light.open("a")
    assert "refine" not in light.view.names()
    assert "show_image" in light.view.names()
    light.jobs.release("refine")
    assert light.view.last("refine").prepared


def test_going_back_does_not_decode_again() -> None:
    light = Light({"a": fake_image(), "b": fake_image(key="b")})
    for name in ("a", "b", "a"):
        light.open(name)
    assert light.decoded == ["a", "b"]
    assert light.opened[-1].radiograph.key == "film-a"


def test_going_back_to_a_file_that_was_overwritten_decodes_it_again() -> None:
    light = Light({"a": fake_image(), "b": fake_image(key="b")})
    light.open("a")
    light.open("b")
    light.overwritten.add("a")
    light.open("a")
    assert light.decoded == ["a", "b", "a"]


def test_a_file_that_was_overwritten_with_something_else_is_looked_at_again_and_nobody_is_named() -> None:
    light = Light({"a": DecodeError("This file is damaged.")}, overwritten={"a"})
    light.open("a")
    assert [e.path.name for e in light.stale] == ["a"]
    assert light.failed == [] and light.view.last("show_identity") == ("", "")


def test_decoded_images_are_kept_up_to_a_bound() -> None:
    big = np.zeros((4000, 4000), np.uint16)  # 32 MB and as much again at most for its halves
    light = Light({str(i): fake_image(codes=big, key=str(i)) for i in range(8)})
    for i in range(8):
        light.open(str(i))
    assert light.images.peek(light.entry("7").key) is not None
    assert light.images.peek(light.entry("0").key) is None
    assert light.images.used <= 128 * 2**20


def test_dragging_counts_from_where_the_drag_began() -> None:
    light = Light({"a": fake_image()})
    light.open("a")
    light.presenter.begin_drag()
    for dx in (10, 50, 120):
        light.presenter.drag(dx, 0)
    step_by_step = light.table
    light.presenter.reset()
    light.presenter.begin_drag()
    light.presenter.drag(120, 0)
    np.testing.assert_array_equal(step_by_step, light.table)


def test_keys_move_width_and_level_step_by_step_like_a_drag() -> None:
    light = Light({"a": fake_image(presets=(VoiPreset("", VoiWindow(2000, 1000), VoiOrigin.WINDOW),))})
    light.open("a")
    seen = []
    # 20 of a drag's 400 pixels: the width by e ** 0.05 = 1.05127, the level by 0.05 widths.
    for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1), (0, -1)):
        light.presenter.step_window(right, down)
        seen.append(light.view.last("show_window"))
    assert seen == ["W 1051 L 2000", "W 1000 L 2000", "W 1000 L 2050", "W 1000 L 2000", "W 1000 L 1950"]


def test_the_first_drag_over_a_voi_lut_starts_at_the_same_picture() -> None:
    ramp = np.clip((np.arange(4096) - 1000) / 2000, 0, 1) * 65535
    lut = VoiPreset("VOI LUT", VoiLut(LookupTable(0, ramp.astype(np.uint16), 16)), VoiOrigin.VOI_LUT)
    light = Light({"a": fake_image(presets=(lut,))})
    light.open("a")
    before = light.table
    assert light.view.last("show_window") == "VOI LUT"
    light.presenter.begin_drag()
    light.presenter.drag(0, 0)
    assert np.abs(light.table - before).max() < 0.03
    light.presenter.drag(0, -60)
    assert light.table.mean() > before.mean() + 0.02
    assert light.view.last("show_window").startswith("W ")


def test_the_voi_lut_goes_off_without_a_change_of_the_picture_and_on_again() -> None:
    ramp = np.clip((np.arange(4096) - 1000) / 2000, 0, 1) * 65535
    lut = VoiPreset("VOI LUT", VoiLut(LookupTable(0, ramp.astype(np.uint16), 16)), VoiOrigin.VOI_LUT)
    light = Light({"a": fake_image(presets=(lut,)), "b": fake_image(key="b")})
    light.open("a")
    before = light.table
    assert {Fact.VOI_LUT, Fact.VOI_LUT_USED} <= light.commands.facts
    light.presenter.toggle_voi_lut()
    assert light.view.last("show_window").startswith("W ") and Fact.VOI_LUT_USED not in light.commands.facts
    assert 0 < np.abs(light.table - before).max() < 0.03
    light.presenter.toggle_voi_lut()
    np.testing.assert_array_equal(light.table, before)
    light.open("b")
    assert Fact.VOI_LUT not in light.commands.facts
    light.presenter.toggle_voi_lut()
    assert light.view.last("show_window") == "W 4096 L 2048 · Normal"


def test_a_tissue_is_named_checked_and_kept_in_the_view() -> None:
    light = Light({"a": fake_image()})
    light.open("a")
    light.presenter.tissue(MEDIASTINUM)
    assert light.view.last("show_window").endswith("· Mediastinum")
    assert Fact.MEDIASTINUM in light.commands.facts and Fact.LUNGS not in light.commands.facts
    assert light.presenter.seen is not None and light.presenter.seen.grey == MEDIASTINUM
    light.presenter.begin_drag()
    light.presenter.drag(10, 0)
    assert Fact.MEDIASTINUM not in light.commands.facts


def test_a_region_beside_the_image_leaves_the_window_as_it_is() -> None:
    light = Light({"a": fake_image()})
    light.open("a")
    assert not light.presenter.window_region(Point(-20, -20), Point(-5, -5))
    assert light.view.last("show_window") == "W 4096 L 2048 · Normal"
    assert light.presenter.window_region(Point(10, 10), Point(50, 50))
    assert light.view.last("show_window").endswith("· Region")


def test_an_enhancement_is_labelled_when_it_is_drawn_and_ends_with_the_image() -> None:
    light = Light({"a": fake_image(), "b": fake_image(key="b")})
    light.open("a")
    light.presenter.enhance(Enhancement.SHARPENED)
    assert "show_pixels" not in light.view.names() and "ENHANCED" not in light.view.last("show_remarks")
    light.jobs.release("enhance")
    assert light.view.last("show_remarks").startswith("ENHANCED: sharpened")
    assert light.view.last("show_pixels") is not light.opened[0].screen
    light.presenter.enhance(Enhancement.SHARPENED)  # once more: off
    assert light.view.last("show_pixels") is light.opened[0].screen
    assert "ENHANCED" not in light.view.last("show_remarks") and Fact.SHARPENED not in light.commands.facts
    light.presenter.enhance(Enhancement.LOCAL_CONTRAST)
    light.open("b")
    assert "enhance" not in light.jobs.newest and Fact.LOCAL_CONTRAST not in light.commands.facts
    assert "ENHANCED" not in light.view.last("show_remarks")


def test_an_enhancement_goes_on_to_the_next_image_only_where_that_is_wanted() -> None:
    light = Light({"a": fake_image(), "b": fake_image(key="b")})
    light.open("a")
    light.presenter.toggle_keep_enhancement()
    light.presenter.enhance(Enhancement.LOCAL_CONTRAST)
    light.jobs.release("enhance")
    light.open("b")
    assert "ENHANCED" not in light.view.last("show_remarks")  # until its own enhanced picture is there
    light.jobs.release("enhance")
    assert light.view.last("show_remarks").startswith("ENHANCED: local contrast")
    light.presenter.reset()
    assert "ENHANCED" not in light.view.last("show_remarks")


def test_inverting_twice_is_the_image_as_it_was_and_reset_returns_to_it() -> None:
    light = Light({"a": fake_image(inverted=True)})
    light.open("a")
    first = light.table
    assert first[0] == 1.0  # MONOCHROME1: code 0 is drawn white
    light.presenter.invert()
    assert light.table[0] == 0.0
    light.presenter.invert()
    np.testing.assert_array_equal(light.table, first)
    light.presenter.invert()
    light.presenter.auto()
    light.presenter.reset()
    np.testing.assert_array_equal(light.table, first)


def test_presets_are_stepped_round_the_end_and_told_to_the_commands() -> None:
    light = Light({"a": fake_image()})
    light.open("a")
    assert light.commands.name("grey.preset_2") == "Hard" and not light.commands.offered("grey.preset_3")
    light.presenter.step_preset(1)
    assert Fact.PRESET_2_USED in light.commands.facts and Fact.PRESET_1_USED not in light.commands.facts
    light.presenter.step_preset(1)
    assert Fact.PRESET_1_USED in light.commands.facts
    light.presenter.preset(9)
    assert Fact.PRESET_1_USED in light.commands.facts


def test_commands_know_what_is_on_the_screen() -> None:
    light = Light({"a": fake_image(), "c": fake_image(colour=True), "x": DecodeError("It is damaged.")})
    known = {Fact.OPENED, Fact.IMAGE, Fact.GREY, Fact.INVERTED, Fact.PRESET_1}
    assert not light.commands.facts & known
    light.open("a", release=False)
    assert light.commands.facts & known == {Fact.OPENED}
    light.jobs.release("image")
    assert light.commands.facts & known == {Fact.OPENED, Fact.IMAGE, Fact.GREY, Fact.PRESET_1}
    light.presenter.invert()
    assert Fact.INVERTED in light.commands.facts
    light.open("c")
    assert light.commands.facts & known == {Fact.OPENED, Fact.IMAGE}
    light.open("x")
    assert light.commands.facts & known == {Fact.OPENED}
    light.presenter.close()
    assert not light.commands.facts & known


def test_a_colour_image_is_shown_without_a_window_and_cannot_be_dragged() -> None:
    light = Light({"a": fake_image(colour=True)})
    light.open("a")
    assert light.table is None
    light.presenter.begin_drag()
    light.presenter.drag(30, 30)
    light.presenter.invert()
    assert "show_table" not in light.view.names()
    light.presenter.probe((3, 2))
    assert light.view.last("show_probe") == "3, 2 = R 200 G 0 B 0"


def test_the_value_under_the_cursor_is_the_stored_and_where_it_differs_the_modality_value() -> None:
    codes = np.zeros((10, 20), np.uint16)
    codes[4, 7] = 1234
    plain = fake_image(codes=codes)
    scaled = Radiograph(
        codes=codes.copy(), first_stored=-2048, levels=4096, modality=Rescale(2, 10), presets=plain.presets,
        inverted=False, padding=None, facts=plain.facts, key="s",
    )  # fmt: skip
    light = Light({"a": plain, "s": scaled})
    light.open("a")
    light.presenter.probe((7, 4))
    assert light.view.last("show_probe") == "7, 4 = 1234"
    light.presenter.probe((20, 4))
    assert light.view.last("show_probe") == ""
    light.open("s")
    light.presenter.probe((7, 4))
    # By hand: 1234 - 2048 = -814 stored, times 2 plus 10 is -1618.
    assert light.view.last("show_probe") == "7, 4 = -814 stored, -1618 after Modality LUT"


def test_the_value_under_the_cursor_has_the_unit_of_the_header() -> None:
    plain = fake_image(codes=np.full((10, 20), 1234, np.uint16))
    light = Light({"a": replace(plain, modality=Rescale(2, 10), unit="OD/1000"), "b": replace(plain, unit="OD/1000")})
    light.open("a")
    light.presenter.probe((7, 4))
    assert light.view.last("show_probe") == "7, 4 = 1234 stored, 2478 OD/1000"
    light.open("b")
    light.presenter.probe((7, 4))
    assert light.view.last("show_probe") == "7, 4 = 1234 stored, 1234 OD/1000"


def test_notes_of_the_image_are_shown() -> None:
    light = Light({"a": fake_image(notes=("The VOI LUT is damaged; the header's window is used.",))})
    light.open("a")
    assert light.view.last("show_notes") == ("The VOI LUT is damaged; the header's window is used.",)
