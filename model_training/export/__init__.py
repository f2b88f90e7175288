"""From a checkpoint to a head folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model_training.export.onnx_export import load_student

__all__ = ["load_student"]


def __getattr__(name: str) -> Any:
    # Calibration and metrics need neither torch nor onnx; importing them must not load either.
    if name == "load_student":
        from model_training.export.onnx_export import load_student

        return load_student
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
