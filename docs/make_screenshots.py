"""Make docs/screenshots/*.png: the real window over synthetic images, in two sizes, the themes and languages in one.

    python -m docs.make_screenshots [FOLDER]

Shows the phantom of the demo study, a damaged copy of it, and the shipped model head; for the
pictures of several heads three more, made up on the spot, and for the library patients that nobody
is. No image of a person is ever used.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import onnx
from onnx import TensorProto, helper
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from cxrviewer.app import App
from cxrviewer.cancel import CancelToken
from cxrviewer.demo import ensure_demo
from cxrviewer.heads.contract import HeadManifest
from cxrviewer.heads.inference.model_pool import ModelPool
from cxrviewer.heads.package.signature import make_key, sign
from cxrviewer.heads.registry.discover import shipped_folder
from cxrviewer.heads.registry.store import HeadStore
from cxrviewer.imaging.image import open_image
from cxrviewer.paths import AppPaths
from cxrviewer.presenters.findings import Busy, Empty, Several, Shown
from cxrviewer.qt import theme
from cxrviewer.qt.heads_dialog import HeadsDialog
from cxrviewer.qt.library_dialog import LibraryDialog
from cxrviewer.studies.index.files import open_index
from cxrviewer.studies.index.user_store import StudyStatus
from tests.builders import heads as build
from tests.builders.dicom import chest_phantom, write_image

ROOT = Path(__file__).resolve().parent.parent
SIZES = ((1280, 800), (1920, 1080))


def settle(done: Callable[[], bool], seconds: float = 90, late: int = 400) -> None:
    """Run the event loop until `done`, then a little longer for what is painted late."""
    end = time.monotonic() + seconds
    loop, poll = QEventLoop(), QTimer()
    poll.timeout.connect(lambda: loop.quit() if done() or time.monotonic() > end else None)
    poll.start(20)
    loop.exec()
    poll.stop()
    QTimer.singleShot(late, loop.quit)
    loop.exec()


def damaged(source: Path, target: Path) -> None:
    """Write an image whose pixels end too soon, under its own UID."""
    from pydicom import dcmread

    image = dcmread(source)
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = f"{image.SOPInstanceUID[:55]}.9"
    image.PixelData = image.PixelData[: len(image.PixelData) // 3]
    image.save_as(target, enforce_file_format=True)


def shoot(app: App, folder: Path, name: str) -> None:
    app.window.end_tour()
    for width, height in SIZES:
        app.window.resize(width, height)
        settle(lambda: True)
        app.window.grab().save(str(folder / f"{name}-{width}x{height}.png"))


def busy(paths: AppPaths, image: Path, target: Path) -> None:
    """The image is there, the model is still starting."""
    app = App(paths)
    app.window.resize(*SIZES[0])
    app.start((image,))
    settle(lambda: app.room.image.image is not None, late=0)
    if isinstance(app.window.findings.state, Busy):
        app.window.grab().save(str(target / "busy-1280x800.png"))
    app.window.close()


def small_heads(folder: Path, image: Path) -> None:
    """Write two made-up heads on the shipped one's features: one to score the phantom, one for children."""
    model_pool = ModelPool()
    try:
        backbone = HeadStore(folder, shipped_folder()).discover()[0]
        assert backbone.manifest is not None
        features = model_pool.scorer(backbone, ()).features(open_image(image).radiograph, CancelToken()).values
    finally:
        model_pool.close()
    weights = np.full((1, features.shape[1]), 3 / features.mean(axis=(2, 3)).sum(), np.float32)
    common = {"weights": weights, "bias": -2.4, "cells": features.shape[2], "authors": ("made up for a picture",)}
    eligibility = backbone.manifest.eligibility
    found = build.finding(0, value="8186001", meaning="Enlarged heart", slope=1.0, offset=0.0)
    build.write_features_head(
        folder / "a",
        backbone.manifest,
        id="org.example.heart",
        version="0.3.0",
        title="Heart size, a small head on the student's features",
        eligibility=replace(eligibility, density=None),
        findings=(found,),
        **common,
    )
    build.write_features_head(
        folder / "b",
        backbone.manifest,
        id="org.example.children",
        version="0.1.0",
        title="Pneumonia in children",
        eligibility=replace(eligibility, density=None, min_age=None, max_age=17.0),
        **common,
    )


def foreign_head(folder: Path, like: HeadManifest) -> None:
    """Write a made-up head without maps: one bright place of the image, weighed behind a slow convolution."""
    side, recipe = like.recipe.height, like.recipe
    rows, columns = np.mgrid[:side, :side]
    blob = np.exp(-((rows - 0.62 * side) ** 2 + (columns - 0.32 * side) ** 2) / (2 * (0.09 * side) ** 2))
    kernel = np.broadcast_to(4 * blob / blob.sum() / recipe.channels, (1, recipe.channels, side, side))
    nodes = [
        build.node("Conv", ["image", "slow"], ["much"]),
        build.node("ReduceMean", ["much"], ["little"], keepdims=0),
        build.node("Mul", ["little", "zero"], ["nothing"]),
        build.node("Conv", ["image", "kernel"], ["one"]),
        build.node("Flatten", ["one"], ["flat"]),
        build.node("Add", ["flat", "nothing"], ["logits"]),
    ]
    constants = [
        build.constant("kernel", kernel),
        build.constant("slow", np.ones((48, recipe.channels, 9, 9))),
        build.constant("zero", 0.0),
    ]
    given = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, recipe.channels, side, side])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 1])
    graph = helper.make_graph(nodes, "g", [given], [logits], constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(made)
    model = bytes(made.SerializeToString())
    shape = (1, recipe.channels, side, side)
    build.write_head(
        folder, model=model, plain=True, logits=(2.0,), id="org.example.foreign", version="2024.1",
        title="A foreign network without maps", authors=("made up for a picture",), recipe=recipe,
        files={"test_input.npy": build.npy(np.full(shape, 0.5, np.float32))},
        findings=(build.finding(0, value="60046008", meaning="Pleural effusion", slope=1.0, offset=0.0),),
    )  # fmt: skip


def heads_dialog(app: App, heads: Path, target: Path) -> None:
    """The dialog of heads: shipped, signed, unsigned and damaged."""
    key = heads.parent / "key.pem"
    make_key(key)
    signature, _ = sign((heads / "a" / "head.toml").read_bytes(), key)
    (heads / "a" / "head.toml.sig").write_bytes(signature)
    manifest = shutil.copytree(heads / "c", heads / "org.example.damaged") / "head.toml"
    text = manifest.read_text(encoding="utf-8").replace("org.example.foreign", "org.example.damaged")
    manifest.write_text("speed = 1\n" + text.replace("schema = 1", "schema = 7"), encoding="utf-8")
    app.open_heads()
    dialog = app.window.findChild(HeadsDialog)
    assert isinstance(dialog, HeadsDialog)
    settle(lambda: dialog.list.count() > 4, 60)
    dialog.list.setCurrentRow(next(i for i in range(dialog.list.count()) if "Heart" in dialog.list.item(i).text()))
    settle(lambda: True)
    dialog.grab().save(str(target / "heads.png"))
    dialog.reject()


def scored(app: App) -> bool:
    """Whether every one of several heads has answered."""
    state = app.window.findings.state
    return isinstance(state, Several) and not any(isinstance(group.state, Busy) for group in state.groups)


def several(home: Path, image: Path, target: Path) -> None:
    """Four heads on one image: one rejects it, one makes its maps on request."""
    shipped = HeadStore(home / "none", shipped_folder()).discover()
    like = shipped[0].manifest if shipped else None
    if like is None or like.model.features is None:
        return
    foreign_head(home / "heads" / "c", like)
    small_heads(home / "heads", image)
    app = App(AppPaths.under(home))
    app.start((image,))
    panel = app.window.findings
    settle(lambda: scored(app), 240)
    app.room.layer.set_visible(True)
    shoot(app, target, "several")
    app.room.findings.choose(0, "org.example.foreign")
    for width, height in SIZES:
        app.window.resize(width, height)
        settle(lambda: True)
        app.room.request_map()
        settle(lambda: panel.layer.progress.value() > 20, late=0)
        app.window.grab().save(str(target / f"computing-{width}x{height}.png"))
        app.room.request_map()
    app.room.request_map()
    settle(lambda: not app.room.findings.computing_map, 60)
    shoot(app, target, "occlusion")
    heads_dialog(app, home / "heads", target)
    app.window.close()


def masks(home: Path, image: Path, target: Path) -> None:
    """The MED-TEX-style plugin beside the shipped head, its mask of the heart on the image."""
    if not (folder := ROOT / "plugins" / "medtex-c2-cxr14").is_dir():
        return
    name = "cxrviewer.medtex-c2-cxr14"
    shutil.copytree(folder, home / "heads" / name)
    app = App(AppPaths.under(home))
    app.start((image,))
    panel = app.window.findings
    settle(lambda: scored(app))
    group = next((g for g in panel.state.groups if g.key == name), None) if isinstance(panel.state, Several) else None
    if group is not None and isinstance(group.state, Shown):
        cards = (*group.state.above, *group.state.below, *group.state.unvalidated)
        app.room.findings.choose(next(card.number for card in cards if card.name == "Cardiomegaly"), name)
    app.room.layer.set_visible(True)
    shoot(app, target, "masks")
    app.window.close()


def scored_phantom(home: Path, image: Path) -> App:
    """Return the window with one scored image of the phantom."""
    app = App(AppPaths.under(home))
    app.start((image,))
    settle(lambda: app.window.canvas.isVisible() and app.room.image.image is not None)
    settle(lambda: not app.jobs.busy and not isinstance(app.window.findings.state, Busy | Empty))
    return app


def looks(home: Path, image: Path, target: Path) -> None:
    """The other themes, the smallest screen, and Chinese."""
    app = scored_phantom(home, image)
    app.window.resize(800, 600)
    settle(lambda: True)
    app.window.grab().save(str(target / "demo-800x600.png"))
    app.window.resize(*SIZES[0])
    for command, name in (("view.theme_light", "light"), ("view.theme_reading_room", "reading-room")):
        app.window.commands.run(command)
        settle(lambda: True)
        app.window.grab().save(str(target / f"demo-{name}-1280x800.png"))
    app.window.commands.run("view.theme_dark")
    app.window.language_chosen.emit("zh_CN")
    app.window.close()
    app = scored_phantom(home, image)
    app.window.resize(*SIZES[0])
    settle(lambda: True)
    app.window.grab().save(str(target / "demo-chinese-1280x800.png"))
    app.window.language_chosen.emit("en")
    app.window.close()


PEOPLE = (
    ("EXAMPLE^ANNA", "EX-1001", "19580214", "F", ("20260105", "20250318", "20231102")),
    ("MUSTERMANN^ERIKA", "EX-1002", "19640812", "F", ("20251219", "20240105")),
    ("YAMADA^TAROU=山田^太郎", "EX-1003", "19710430", "M", ("20251203",)),
    ("HONG^GILDONG=洪^吉洞=홍^길동", "EX-1004", "19490101", "M", ("20251121", "20251118")),
    ("كريم^سامي", "EX-1005", "19830625", "M", ("20251002",)),
    ("DUPONT^ZOÉ", "EX-1006", "19901130", "F", ("20250911",)),
    ("OTHER^PERSON", "EX-1006", "19350707", "M", ("20250830",)),
)
"""Name, ID, birth date, sex and study dates of patients who are made up."""


def patients(folder: Path) -> None:
    """Write a study of the computed phantom for each date of `PEOPLE`."""
    number = 0
    for name, ident, born, sex, dates in PEOPLE:
        for day in dates:
            number += 1
            uid = f"2.25.{number}"
            write_image(
                folder / f"{number}.dcm", chest_phantom(640, 560), bits=12,
                PatientName=name, PatientID=ident, PatientBirthDate=born, PatientSex=sex, StudyDate=day,
                StudyTime=f"{9 + number:02}1500", StudyDescription="Chest PA", Modality="DX", ViewPosition="PA",
                BodyPartExamined="CHEST", StudyInstanceUID=uid, SeriesInstanceUID=f"{uid}.1",
                SOPInstanceUID=f"{uid}.1.1", SpecificCharacterSet="ISO_IR 192", AccessionNumber=f"A{1000 + number}",
            )  # fmt: skip


def library(home: Path, target: Path, following: str, name: str) -> None:
    """The library with its folders, in the language that is set; `following` is set for the next window."""
    films = home.parent / "Example films"
    first = not films.exists()
    if first:
        patients(films)
        with open_index(AppPaths.under(home)) as index:
            index.add_root(films, shown="Example films")  # where it lies is no part of the picture
    app = App(AppPaths.under(home), with_head=False)
    app.start(())
    app.window.end_tour()
    app.window.commands.run("library.open")
    dialog = app.window.findChildren(LibraryDialog)[-1]
    held = app.room.library
    assert held is not None, "the window has a library"
    settle(lambda: dialog.state.usable and not app.jobs.busy)
    if first:
        held.scan()
        settle(lambda: dialog.model.rowCount() > 9 and not dialog.state.scanning and not app.jobs.busy)
        held.mark(dialog.model.keys[3:5], StudyStatus.READ)
        held.write_note(dialog.model.keys[1], "call the ward")
    for width, height in SIZES:
        app.window.resize(width, height)
        dialog.resize(width - 40, height - 60)
        settle(lambda: not app.jobs.busy, late=900)
        dialog.grab().save(str(target / f"{name}-{width}x{height}.png"))
    app.window.language_chosen.emit(following)
    app.window.close()


def sharp(home: Path, image: Path, target: Path) -> None:
    """A screen of 2560x1440 pixels at 150 %; this process was started with that scale."""
    app = scored_phantom(home, image)
    app.window.resize(1707, 960)
    settle(lambda: True)
    app.window.grab().save(str(target / "demo-2560x1440-150.png"))
    app.window.close()


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    target.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    theme.apply(application)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        images = ensure_demo(home / "cache" / "demo")
        if "QT_SCALE_FACTOR" in os.environ:
            sharp(home, images[1], target)
            return
        bad = home / "damaged.dcm"
        damaged(images[0], bad)
        busy(AppPaths.under(home), images[1], target)
        app = App(AppPaths.under(home))
        app.start(())
        shoot(app, target, "start")
        app.room.open_paths((*images, bad))
        settle(lambda: not app.room.worklist.scanning and not app.jobs.busy)

        def open_row(path: Path) -> None:
            app.room.worklist.select(app.room.worklist.key_at(path))
            settle(lambda: not app.jobs.busy and not isinstance(app.window.findings.state, Busy | Empty))

        open_row(images[0])
        open_row(images[1])
        # The phantom is well: a finding below its threshold is chosen by hand to show a map.
        app.window.findings.below.button.setChecked(True)
        shown = app.window.findings.state
        if isinstance(shown, Shown) and shown.below:
            app.room.findings.choose(shown.below[0].number)
        app.room.layer.set_visible(True)
        shoot(app, target, "demo")
        app.window.commands.run("viewport.prior")
        settle(lambda: not app.jobs.busy)
        shoot(app, target, "compare")
        app.window.commands.run("viewport.layout_1x1")
        open_row(images[2])
        shoot(app, target, "rejected")
        open_row(bad)
        shoot(app, target, "error")
        app.window.resize(*SIZES[0])
        app.window.action("help.shortcuts").trigger()
        settle(lambda: True)
        for one in application.topLevelWidgets():
            if one is not app.window and one.isVisible() and one.windowTitle() == "Keyboard shortcuts":
                one.grab().save(str(target / "shortcuts.png"))
                one.close()
        app.window.close()
        several(home / "several", images[1], target)
        masks(home / "masks", images[1], target)
        looks(home / "looks", images[1], target)
        library(home / "library", target, "zh_CN", "library")
        library(home / "library", target, "en", "library-chinese")
    scaled = {**os.environ, "QT_SCALE_FACTOR": "1.5"}
    subprocess.run([sys.executable, "-m", "docs.make_screenshots", str(target)], env=scaled, check=True)


if __name__ == "__main__":
    main()
