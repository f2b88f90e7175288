"""From a checkpoint, published weights or a foreign ONNX file to a head the viewer accepts; or nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from scipy.special import expit

from cxrviewer.heads.package.manifest import read_manifest
from cxrviewer.heads.registry.conformance import check_head
from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe
from model_training.cli import main
from model_training.export.onnx import ExportError, Parity, run_tensors
from model_training.pack import networks, write
from model_training.pack.description import NetworkSpec, read_description
from model_training.pack.errors import PackError
from model_training.pack.foreign import prepare
from model_training.pack.write import run_pack
from model_training.torchvision_shim import ensure_importable

EXAMPLE = Path(write.__file__).parent / "example.toml"
SMALL = {"height = 224": "height = 64", "width = 224": "width = 64"}


def small_toml(folder: Path, changes: dict[str, str] | None = None) -> Path:
    """Write the annotated example for films of 64 pixels, with `changes`."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in (SMALL | (changes or {})).items():
        assert old in text, f"the example no longer holds {old!r}"
        text = text.replace(old, new)
    path = folder / "head.toml.in"
    path.write_text(text, encoding="utf-8")
    return path


def images(folder: Path) -> Path:
    from PIL import Image

    folder.mkdir()
    for i in range(3):
        plane = np.random.default_rng(i).uniform(0, 255, (8, 8)).astype(np.uint8)
        Image.fromarray(plane).resize((96, 80)).save(folder / f"{i}.png")
    (folder / "notes.png").write_bytes(b"no film")
    return folder


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a random network of timm as a training loop of somebody's would: nested, with a wrapper's prefix."""
    ensure_importable()
    import timm

    torch.set_num_threads(1)
    torch.manual_seed(0)
    state = timm.create_model("resnet10t", num_classes=2).state_dict()
    path = tmp_path_factory.mktemp("run") / "checkpoint.pt"
    torch.save({"epoch": 3, "state_dict": {f"module.{k}": v for k, v in state.items()}}, path)
    return path


RESNET = {"timm:resnet18": "timm:resnet10t"}


def test_a_checkpoint_becomes_a_pack_the_viewer_accepts(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = small_toml(tmp_path, RESNET)
    shown = images(tmp_path / "films")
    folder = tmp_path / "out" / "my-head"
    arguments = ["pack", "--from", str(checkpoint), "--toml", str(toml), "--films", str(shown), "--zip", str(folder)]
    assert main(arguments) == 0
    assert all(result.passed for result in check_head(folder))
    assert sorted(p.name for p in folder.parent.iterdir()) == ["my-head", "org.example.pneumonia-1.0.0.cxrhead"]
    manifest = read_manifest(folder)
    assert [manifest.validated(f) for f in manifest.findings] == [True, False]
    assert manifest.findings[1].threshold_source.startswith("none was chosen")

    # The channels' normalisation lies in the graph: grey in, the network's own logits out.
    ensure_importable()
    import timm

    network = timm.create_model("resnet10t", num_classes=2)
    network.load_state_dict(networks.load_weights(checkpoint))
    grey = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    with torch.no_grad():
        want = network.eval()((grey - mean[:, None, None]) / std[:, None, None])
    model = (folder / "model.onnx").read_bytes()
    logits, maps = run_tensors(model, grey.numpy(), "image", ["logits", "gradcam"])
    assert np.abs(logits - want.numpy()).max() < 1e-4
    assert maps.shape == (1, 2, 2, 2)

    # Full intensity is the 95 % quantile over the three films, by numpy's own linear rule.
    inputs = write.read_images(shown, manifest.recipe)
    assert len(inputs) == 3
    peaks = run_tensors(model, inputs, "image", ["gradcam"])[0].max(axis=(2, 3))
    for i, finding in enumerate(manifest.findings):
        assert finding.map_reference == pytest.approx(np.quantile(peaks[:, i], 0.95), rel=1e-3)

    printed = capsys.readouterr().out
    assert "not validated, for want of evidence (auc): Pleural effusion" in printed
    assert "rests on 3 films only" in printed
    text = (folder / "MODEL_CARD.md").read_text(encoding="utf-8") + (folder / "PROVENANCE.json").read_text("utf-8")
    assert "Research use only" in text
    assert str(tmp_path) not in text


def test_a_pack_that_fails_parity_leaves_nothing(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = small_toml(tmp_path, RESNET | {"# [explanation]": "[explanation]", "# reference = 4.2": "reference = 4.2"})
    monkeypatch.setattr(write, "export_explained", lambda *_args, **_kw: (b"", type("T", (), {"name": "x"})()))
    monkeypatch.setattr(write, "measure_explained", lambda *_args, **_kw: Parity(0.0, 1e-3, 0.0, 1))
    with pytest.raises(ExportError, match="maps differ"):
        run_pack(str(checkpoint), toml, tmp_path / "out" / "head")
    assert not (tmp_path / "out").exists()


def test_all_problems_of_a_description_are_said_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], checkpoint: Path
) -> None:
    changes = {
        'id = "org.example.pneumonia"': 'id = "Not An Id"',
        'name = "timm:resnet18"': 'name = "resnet18"\nlayr = "x"',
        'fit = "letterbox"': 'fit = "crop"',
        'label = "Effusion"': 'label = "Sniffles"',
        "slope = 1.04": "slope = -1",
        'license = "Apache-2.0"': "licence = 2026-01-01",
    }
    toml = small_toml(tmp_path, changes)
    assert main(["pack", "--from", str(checkpoint), "--toml", str(toml), str(tmp_path / "head")]) == 2
    lines = capsys.readouterr().err.splitlines()
    expected = {
        "network.name: must be",
        "network.layr: is not a known key",
        "id: must be lower-case",
        "license: is missing",
        "licence: is not a known key",
        "recipe.fit: must be one of letterbox, stretch",
        "finding[0].slope: must lie in (0, 1000]",
        "finding[1].label: must be one of Atelectasis",
    }
    assert {e for e in expected if not any(line.startswith(f"head.toml.in: {e}") for line in lines)} == set()
    assert len(lines) == len(expected)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({'label = "Effusion"': 'label = "Effusion"\nindex = 7'}, "asks for output 7"),
        ({"timm:resnet18": "timm:resnet26"}, "does not fit timm:resnet26: it lacks"),
        ({"timm:resnet18": "timm:no_such_net"}, "network.name: timm:no_such_net cannot be built"),
        ({"mean = [0.485, 0.456, 0.406]": "mean = [0.5]", "std = [0.229, 0.224, 0.225]": "std = [0.2]"}, "per channel"),
        ({'# state = "ema"': 'state = "weights"'}, "no weights under weights; it holds epoch, state_dict"),
        ({'# density = "density.npz"': 'density = "density.npz"'}, "must lie beside"),
        ({"# [explanation]": "#"}, "explanation.reference: is missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_fit_is_one_sentence_and_nothing_is_written(
    changes: dict[str, str], says: str, checkpoint: Path, tmp_path: Path
) -> None:
    given = {"# [explanation]": "[explanation]", "# reference = 4.2": "reference = 4.2"}
    toml = small_toml(tmp_path, (RESNET if "timm:resnet18" not in changes else {}) | given | changes)
    if "#" in changes.values():
        toml.write_text(toml.read_text().replace("#  # optional", "# optional").replace("\nreference = 4.2", "\n"))
    with pytest.raises(PackError, match=says):
        run_pack(str(checkpoint), toml, tmp_path / "out" / "head")
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_else_in_it_is_never_replaced(checkpoint: Path, tmp_path: Path) -> None:
    mine = tmp_path / "thesis"
    mine.mkdir()
    (mine / "chapter1.txt").write_text("years of work")
    given = {"# [explanation]": "[explanation]", "# reference = 4.2": "reference = 4.2"}
    with pytest.raises(PackError, match="is no head's folder"):
        run_pack(str(checkpoint), small_toml(tmp_path, RESNET | given), mine)
    assert (mine / "chapter1.txt").read_text() == "years of work"


def test_a_pickled_network_is_not_run(tmp_path: Path) -> None:
    path = tmp_path / "network.pt"
    torch.save(torch.nn.Linear(1, 1), path)
    with pytest.raises(PackError, match=r"more than tensors.*state_dict"):
        networks.load_weights(path)


# torchxrayvision


XRV_TOML = """
id = "org.example.xrv"
title = "torchxrayvision"
version = "1.0.0"
license = "Apache-2.0"
authors = ["A. Author"]
intended_use = "Research only."
not_for = "Children."
[network]
name = "xrv:densenet121-res224-all"
options = { block_config = [1, 1, 1, 1] }
[explanation]
reference = 1.0
[scope]
modality = ["CR", "DX"]
view = ["PA", "AP"]
"""


def test_a_model_of_torchxrayvision_brings_its_recipe_findings_and_operating_points(tmp_path: Path) -> None:
    ensure_importable()
    xrv = pytest.importorskip("torchxrayvision")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    body = xrv.models.DenseNet(weights=None, block_config=(1, 1, 1, 1)).eval()
    torch.save(body.state_dict(), tmp_path / "random.pt")
    toml = tmp_path / "xrv.toml"
    toml.write_text(XRV_TOML)
    folder = tmp_path / "head"
    assert run_pack(str(tmp_path / "random.pt"), toml, folder) == 0
    manifest = read_manifest(folder)
    facts = xrv.models.model_urls["densenet121-res224-all"]
    assert len(manifest.findings) == 18
    by_index = {f.index: f for f in manifest.findings}
    for i, point in enumerate(facts["op_threshs"]):
        assert by_index[i].threshold == pytest.approx(point)
    assert by_index[facts["labels"].index("Fracture")].code.scheme == "99XRV"
    assert not any(manifest.validated(f) for f in manifest.findings)

    # The recipe makes what xrv.utils.normalize makes of 8-bit grey.
    grey = np.arange(256, dtype=np.float32)
    mine = (grey / np.float32(255) - np.float32(manifest.recipe.mean)) / np.float32(manifest.recipe.std)
    assert np.allclose(mine, xrv.utils.normalize(grey, 255), atol=1e-3)

    # A finding is above its threshold exactly where xrv's own stretched output is at or above 0.5.
    x = torch.randn(4, 1, 224, 224, generator=torch.Generator().manual_seed(1)) * 500
    with torch.no_grad():
        body.op_threshs = torch.tensor(facts["op_threshs"])
        theirs = body(x).numpy() >= 0.5
    (logits,) = run_tensors((folder / "model.onnx").read_bytes(), x.numpy(), "image", ["logits"])
    thresholds = np.array([by_index[i].threshold for i in range(18)])
    assert np.array_equal(expit(logits) >= thresholds, theirs)
    assert theirs.any() and not theirs.all()


def test_weights_that_cannot_be_fetched_are_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_importable()
    xrv = pytest.importorskip("torchxrayvision")

    def no_network(*_args: Any, **_kw: Any) -> None:
        raise OSError("no route to host")

    monkeypatch.setattr(xrv.models, "get_weights", no_network)
    with pytest.raises(PackError, match="could not be fetched or read"):
        networks.published_densenet("densenet121-res224-nih")
    with pytest.raises(PackError, match="is not known; there are xrv:densenet121"):
        networks.published_densenet("densenet999")


# Foreign ONNX


RECIPE = InputRecipe(
    version=1,
    height=64,
    width=64,
    channels=1,
    grey=GreySource.DEFAULT_WINDOW,
    fit=Fit.LETTERBOX,
    pad=0.0,
    mean=0.5,
    std=0.25,
)


def foreign_model(last: str = "Sigmoid", batch: int | str = "N") -> bytes:
    """Return mean over the film -> two numbers -> `last`, as exporters leave it: with a free batch."""
    nodes = [
        helper.make_node("GlobalAveragePool", ["x"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("MatMul", ["flat", "w"], ["scores"]),
    ]
    if last:
        nodes.append(helper.make_node(last, ["scores"], ["y"]))
    weights = numpy_helper.from_array(np.array([[2.0, -3.0]], np.float32), "w")
    graph = helper.make_graph(
        nodes,
        "foreign",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, 1, 64, 64])],
        [helper.make_tensor_value_info("y" if last else "scores", TensorProto.FLOAT, [batch, 2])],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    data: bytes = model.SerializeToString()
    return data


FOREIGN = """
id = "org.example.foreign"
title = "Somebody's model"
version = "1.0.0"
license = "CC-BY-4.0"
authors = ["S. Somebody"]
intended_use = "Research only."
not_for = "Children."
[recipe]
version = 1
height = 64
width = 64
channels = 1
grey = "default_window"
fit = "letterbox"
pad = 0.0
mean = 0.5
std = 0.25
[scope]
modality = ["CR", "DX"]
view = ["PA", "AP"]
[[finding]]
label = "Pneumonia"
"""


def test_a_foreign_model_becomes_a_head_without_maps(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(foreign_model())
    (tmp_path / "f.toml").write_text(FOREIGN)
    folder = tmp_path / "head"
    assert run_pack(str(tmp_path / "model.onnx"), tmp_path / "f.toml", folder) == 0
    assert all(result.passed for result in check_head(folder))
    manifest = read_manifest(folder)
    assert (manifest.explanation.method, manifest.model.maps) == ("none", None)
    assert manifest.model.logits == "scores"
    (logits,) = run_tensors(
        (folder / "model.onnx").read_bytes(), np.full((1, 1, 64, 64), 0.5, np.float32), "x", ["scores"]
    )
    assert logits.tolist() == [[1.0, -1.5]], "the mean 0.5 times 2 and -3, before the sigmoid"
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "the sigmoid at the end (y) was cut off; the free batch was fixed to one film" in card


def test_a_foreign_model_that_fits_keeps_its_bytes() -> None:
    data = foreign_model(last="", batch=1)
    got = prepare(data, NetworkSpec(name="onnx"), RECIPE)
    assert (got.model, got.changes, got.outputs) == (data, (), 2)


@pytest.mark.parametrize(
    ("model", "spec", "says"),
    [
        (foreign_model("Softmax"), {}, "softmax"),
        (foreign_model(), {"logits": "z"}, "there are y"),
        (foreign_model(), {"input": "image"}, "this model has x"),
        (foreign_model(batch=4), {}, r"takes \(4, 1, 64, 64\)"),
        (b"no model", {}, "model: "),
    ],
)
def test_a_foreign_model_that_cannot_be_a_head_is_rejected(model: bytes, spec: dict[str, Any], says: str) -> None:
    with pytest.raises(PackError, match=says):
        prepare(model, NetworkSpec(name="onnx", **spec), RECIPE)


def test_keys_of_the_other_kind_are_rejected(tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text(FOREIGN + '[network]\nlayer = "x"\n')
    with pytest.raises(PackError, match=r"network\.layer: is for a checkpoint only"):
        read_description(tmp_path / "f.toml", "model.onnx")


def test_a_description_asks_for_the_images_own_channels_with_the_key_film(tmp_path: Path) -> None:
    name = 'name = "timm:resnet18"'
    spec = read_description(small_toml(tmp_path, {name: f"film = true\n{name}"}), "checkpoint.pt").network
    assert spec.own_channels
    assert not read_description(small_toml(tmp_path), "checkpoint.pt").network.own_channels
