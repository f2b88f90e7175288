"""Builds the network a checkpoint belongs to and fills it; whatever does not fit is reported in one sentence."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from cxrviewer.heads.contract import Code
from model_training.head.codes import CODES
from model_training.models.eeea_net import EEEANetC2
from model_training.pack.description import C2, NetworkSpec, code_table
from model_training.pack.errors import PackError
from model_training.torchvision_shim import ensure_importable

STATE_KEYS = ("ema", "state_dict_ema", "state_dict", "model_state_dict", "model", "net")
"""Where training loops keep their weights; the first that is there counts."""

PREFIXES = ("module.", "_orig_mod.", "model.", "network.", "net.", "body.")
"""What wrappers put before every name: DataParallel, torch.compile, Lightning and their kin."""

XRV_SCHEME = "99XRV"
XRV_STANDARD = 2048.0
"""torchxrayvision wants grey from -1024 to 1024, that is (grey - 0.5) * 2048."""


class ChestDenseNet(nn.Module):
    """A DenseNet of torchxrayvision that answers with its logits.

    Its own ``forward`` ends with a sigmoid stretched so that each published operating point lies at 0.5
    (``op_norm``). A head holds logits and its threshold apart: the operating points become thresholds and
    the stretching is left out, which changes no decision and no order.
    """

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body: Any = body

    def forward_features(self, x: Tensor) -> Tensor:
        return torch.relu(self.body.features(x))

    def forward_head(self, features: Tensor) -> Tensor:
        return cast(Tensor, self.body.classifier(features.mean((2, 3))))

    def forward(self, x: Tensor) -> Tensor:
        return self.forward_head(self.forward_features(x))


class Normalised(nn.Module):
    """A network behind ``(x - mean) / std`` per channel, for films given as plain grey."""

    def __init__(self, body: nn.Module, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
        super().__init__()
        self.body: Any = body
        self.register_buffer("mean", torch.tensor(mean).reshape(1, -1, 1, 1))
        self.register_buffer("std", torch.tensor(std).reshape(1, -1, 1, 1))
        if hasattr(body, "forward_features") and hasattr(body, "forward_head"):
            self.forward_features = self._features
            self.forward_head = body.forward_head

    def _normalise(self, x: Tensor) -> Tensor:
        return (x - cast(Tensor, self.mean)) / cast(Tensor, self.std)

    def _features(self, x: Tensor) -> Tensor:
        return cast(Tensor, self.body.forward_features(self._normalise(x)))

    def forward(self, x: Tensor) -> Tensor:
        return cast(Tensor, self.body(self._normalise(x)))


def load_weights(path: Path, key: str | None = None) -> dict[str, Tensor]:
    """Return the tensors of a ``.pt``, ``.pth`` or ``.safetensors`` file without wrappers' prefixes.

    Raises
    ------
    PackError
        Where the file holds no weights, or code (a pickled network): that is never run.
    """
    if not path.is_file():
        raise PackError([f"{path.name}: there is no such file"])
    try:
        if path.suffix == ".safetensors":
            held: Any = importlib.import_module("safetensors.torch").load_file(path)
        else:
            held = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        sentence = f"{path.name}: holds more than tensors or is damaged; save network.state_dict() and nothing else"
        raise PackError([sentence]) from error
    if not _is_state(held) and isinstance(held, Mapping):
        keys = (key,) if key else STATE_KEYS
        found = next((held[k] for k in keys if k in held), None)
        if not _is_state(found):
            there = ", ".join(sorted(str(k) for k in held)[:10])
            raise PackError([f"network.state: {path.name} has no weights under {' or '.join(keys)}; it holds {there}"])
        held = found
    if not _is_state(held):
        raise PackError([f"{path.name}: holds no table of weights; save network.state_dict()"])
    return _without_prefix(dict(held))


def _is_state(held: Any) -> bool:
    return isinstance(held, Mapping) and bool(held) and all(isinstance(v, Tensor) for v in held.values())


def _without_prefix(state: dict[str, Tensor]) -> dict[str, Tensor]:
    for _ in PREFIXES:
        for prefix in PREFIXES:
            if all(name.startswith(prefix) for name in state):
                state = {name.removeprefix(prefix): value for name, value in state.items()}
    return state


def build(spec: NetworkSpec, source: str, channels: int) -> tuple[nn.Module, int]:
    """Return the network in evaluation mode, (n, channels, H, W) -> logits, and how many logits there are.

    Raises
    ------
    PackError
    """
    ensure_importable()
    if source.startswith("xrv:"):
        body = published_densenet(source.removeprefix("xrv:"))
        network: nn.Module = ChestDenseNet(body)
        outputs = len(body.pathologies)
    else:
        state = load_weights(Path(source), spec.state)
        outputs = len(next(reversed(state.values())).reshape(-1)) if state else 0
        body = _empty(spec, outputs, channels)
        _fill(body, state, spec.name)
        network = ChestDenseNet(body) if spec.name.startswith("xrv:") else body
    if spec.mean:
        if len(spec.mean) != channels:
            raise PackError([f"network.mean: must have one number per channel of the recipe, {channels}"])
        network = Normalised(network, spec.mean, spec.std)
    return network.eval(), outputs


def _empty(spec: NetworkSpec, outputs: int, channels: int) -> Any:
    kind, _, name = spec.name.partition(":")
    options = {key: tuple(v) if isinstance(v, list) else v for key, v in spec.options.items()}
    try:
        if spec.name == C2:
            return EEEANetC2(outputs, channels)
        if kind == "xrv":
            models = _xrv_models()
            return models.DenseNet(weights=None, num_classes=outputs, in_channels=channels, **options)
        if kind == "torchvision":
            return importlib.import_module("torchvision").models.get_model(
                name, weights=None, num_classes=outputs, **options
            )
        timm = importlib.import_module("timm")
        return timm.create_model(name, pretrained=False, num_classes=outputs, in_chans=channels, **options)
    except PackError:
        raise
    except Exception as error:  # whatever a library says of an unknown name or option
        reason = " ".join(str(error).split())[:200]
        raise PackError([f"network.name: {spec.name} cannot be built with these options: {reason}"]) from error


def _fill(body: nn.Module, state: dict[str, Tensor], name: str) -> None:
    own = body.state_dict()
    # torchxrayvision keeps its operating points beside the weights.
    state = {key: value for key, value in state.items() if key != "op_threshs"}
    # Old checkpoints lack the counters; they play no part in evaluation.
    missing = [key for key in own if key not in state and not key.endswith("num_batches_tracked")]
    unknown = [key for key in state if key not in own]
    other = [key for key in state if key in own and own[key].shape != state[key].shape]
    problems = [
        f"{what} {', '.join(keys[:4])}{f' and {len(keys) - 4} more' if len(keys) > 4 else ''}"
        for what, keys in (("it lacks", missing), ("it has besides", unknown), ("of another shape are", other))
        if keys
    ]
    if problems:
        raise PackError([f"network.name: the checkpoint does not fit {name}: {'; '.join(problems)}"])
    body.load_state_dict(state, strict=False)


def _xrv_models() -> Any:
    try:
        return importlib.import_module("torchxrayvision").models
    except ImportError as error:
        raise PackError(["torchxrayvision is not installed: pip install torchxrayvision"]) from error


def published_densenet(weights: str) -> Any:
    """Return a DenseNet of torchxrayvision with its published weights, fetched where they are not precomputed.

    Raises
    ------
    PackError
        Where there are no such weights, or no way to them.
    """
    models = _xrv_models()
    known = sorted(name for name in models.model_urls if name.startswith("densenet"))
    if weights not in known:
        raise PackError([f"xrv:{weights} is not known; there are {', '.join('xrv:' + name for name in known)}"])
    try:
        return models.DenseNet(weights=weights)
    except Exception as error:  # it raises whatever its download or the damaged file raised
        sentence = (
            f"The weights of xrv:{weights} could not be fetched or read. They need a connection once; or download "
            "them elsewhere, save state_dict() and give that file as --from, with network.name in the TOML."
        )
        raise PackError([sentence]) from error


def published_defaults(weights: str) -> dict[str, Any]:
    """Return recipe and findings of torchxrayvision's published weights, as tables of the description.

    Thresholds are the operating points published with the weights; probabilities are not calibrated and
    there is no evidence on films of ours, so every finding is "not validated".
    """
    facts = _xrv_models().model_urls.get(weights, {})
    size = int(facts.get("input_resolution", 224))
    findings = []
    for index, (label, point) in enumerate(zip(facts.get("labels", ()), facts.get("op_threshs", ()), strict=True)):
        if not label:
            continue
        code = CODES.get(label) or Code(XRV_SCHEME, label.replace(" ", "_"), label)
        finding: dict[str, Any] = {"code": code_table(code), "index": index}
        if 0 < float(point) < 1:
            finding |= {"threshold": float(point), "threshold_source": "operating point published with the weights"}
        findings.append(finding)
    recipe = {
        "version": 1,
        "height": size,
        "width": size,
        "channels": 1,
        "grey": "default_window",
        "fit": "letterbox",
        "pad": 0.0,
        "mean": 0.5,
        "std": 1 / XRV_STANDARD,
    }
    return {"recipe": recipe, "finding": findings} if findings else {}
