"""The head of a MED-TEX-style training: the student's logits, and the explainer's masks as maps."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cxrviewer.imaging.recipe import InputRecipe
from model_training.export.onnx import ExportError, Parity, compare, to_onnx
from model_training.models.eeea_net import EEEANetC2
from model_training.models.explainer import MedTexNetwork
from model_training.models.gradcam import fold_batch_norm, image_channels

METHOD = "MED-TEX mask (reconstruction)"


class MedTexHead(nn.Module):
    """A student and its explainer as the viewer asks them.

    ``forward`` takes (n, channels, H, W) float32 and returns logits (n, c) of the whole film, maps
    (n, c, H/16, W/16) in [0, 1], and features (n, 960 + 16, H/32, W/32) for the OOD detector: those of
    `GradCamNetwork`. A class-agnostic mask is repeated for every finding, because the contract has one
    map per logit.
    """

    def __init__(self, pair: MedTexNetwork) -> None:
        super().__init__()
        if not isinstance(pair.student, EEEANetC2):
            raise ExportError("Only an EEEA-Net-C2 with its explainer can be written as a MED-TEX head.")
        # Named as in every exported C2, so that `load_student` finds its weights.
        self.network = pair.student
        self.explainer = pair.explainer
        self.reads_features = pair.explainer.seen is not None
        self.classes = pair.student.num_classes

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        features = self.network.forward_features(x)
        masks = torch.sigmoid(self.explainer(x, features) if self.reads_features else self.explainer(x))
        maps = masks.expand(-1, self.classes, -1, -1)
        return self.network.forward_head(features), maps, torch.cat([features, image_channels(x)], 1)


def export_pair(pair: MedTexNetwork, recipe: InputRecipe) -> bytes:
    """Return the ONNX file of student and explainer, for one film of `recipe`'s size.

    Raises
    ------
    ExportError
        Where the student is no EEEA-Net-C2.
    """
    head = MedTexHead(pair).eval()
    head.network = fold_batch_norm(head.network)
    return to_onnx(head, torch.zeros(1, recipe.channels, recipe.height, recipe.width))


@torch.no_grad()
def measure_pair_parity(model: bytes, pair: MedTexNetwork, inputs: Tensor) -> Parity:
    """Run `inputs`, (n, channels, H, W), through the ONNX file and torch.

    There is no Grad-CAM to hold against; `Parity.gradcam` has the difference to `MedTexNetwork.masks`.
    """
    want = MedTexHead(pair).eval()(inputs)
    return compare(model, inputs, want, pair.masks(inputs).expand_as(want[1]).numpy())
