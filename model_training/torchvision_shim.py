"""Lets torchvision be imported beside a torch its compiled operators do not fit.

Call `ensure_importable` before the first import of timm or pytorch_grad_cam. The wheels on the
package index carry CUDA operators; beside a CPU-only torch they cannot load, and the
import then ends with "operator torchvision::nms does not exist", although nothing here
needs non-maximum suppression. Declaring the two schemas is enough for the import.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import torch

SCHEMAS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}

# A library's registrations end with the object, so it lives as long as the process.
_declared: list[torch.library.Library] = []


def ensure_importable() -> bool:
    """Make ``import torchvision`` work.

    Returns
    -------
    bool
        Whether schemas had to be declared; False where the compiled operators load.
    """
    if _declared:
        return True
    if _compiled_operators_load():
        return False
    # FRAGMENT, not DEF: torchvision itself opens the namespace when it is imported.
    library = torch.library.Library("torchvision", "FRAGMENT")
    for name, schema in SCHEMAS.items():
        if not hasattr(torch.ops.torchvision, name):
            library.define(schema)
    _declared.append(library)
    return True


def _compiled_operators_load() -> bool:
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return False
    for file in sorted(Path(spec.origin).parent.glob("_C.*")):
        try:
            torch.ops.load_library(file)
        except OSError:
            return False
    return hasattr(torch.ops.torchvision, "nms")
