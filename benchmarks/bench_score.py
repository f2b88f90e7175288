"""What the maps, the model process and a whole image cost, and what pytorch-grad-cam would.

Run ``python -m benchmarks.bench_score``. Uses the shipped head, or the untrained network
exported on the spot where none is shipped: times do not depend on the weights' values.
All rows are measured in turns in one run, so the ratios hold on a busy machine too; they
are taken between the fastest rounds. Aims: with maps at most 1.2 x without, pytorch-grad-cam
at least 150 x as long, the model process at most 3 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from cxrviewer.heads.package.sources import InMemory
from cxrviewer.heads.registry.discover import discover, shipped_folder
from cxrviewer.heads.runtime.runner import Limits, ModelRunner
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe
from cxrviewer.imaging.tensor import make_input
from tests.builders.dicom import chest_phantom, image_bytes

MAPS_AIM, GRADCAM_AIM, PROCESS_AIM = 1.2, 150.0, 3.0

RECIPE = InputRecipe(
    version=1,
    height=224,
    width=224,
    channels=3,
    grey=GreySource.DEFAULT_WINDOW,
    fit=Fit.LETTERBOX,
    pad=0.0,
    mean=0.5,
    std=0.25,
)


def model_and_network() -> tuple[str, bytes, InputRecipe, Any]:
    """Return (what it is, ONNX file, recipe, torch network of the same weights)."""
    from model_training.export.onnx import export_onnx, load_student
    from model_training.models.eeea_net import EEEANetC2

    folder = shipped_folder()
    for head in discover([folder]) if folder is not None else ():
        if head.manifest is not None and head.manifest.model.maps == "gradcam":
            data = (head.folder / head.manifest.model.file).read_bytes()
            return f"head {head.manifest.id}", data, head.manifest.recipe, load_student(head.folder)
    network = EEEANetC2(num_classes=14, in_chans=3).eval()
    return "untrained network", export_onnx(network, RECIPE), RECIPE, network


def without_maps(model: bytes) -> bytes:
    """Return the same network with the logits as its only output and nothing computed for the maps."""
    import onnx
    from onnx.utils import Extractor

    cut = Extractor(onnx.load_from_string(model)).extract_model(["image"], ["logits"])
    return bytes(cut.SerializeToString())


def session(model: bytes, threads: int) -> Any:
    """Return onnxruntime in this process, set as the model process sets it."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "1")
    options.add_session_config_entry("session.intra_op.spin_duration_us", "20")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def gradcam_maps(network: Any, tensor: np.ndarray[Any, np.dtype[np.float32]], threads: int) -> Callable[[], object]:
    """Return a call that makes all 14 maps the way pytorch-grad-cam's users do."""
    import torch

    from model_training.torchvision_shim import ensure_importable

    ensure_importable()
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    torch.set_num_threads(threads)
    given = torch.from_numpy(tensor)
    cam = GradCAM(model=network, target_layers=[network.expand])
    return lambda: [cam(input_tensor=given, targets=[ClassifierOutputTarget(i)]) for i in range(14)]


def as_trained(network: Any) -> Any:
    """Return a network of the same layers with its batch norms in place, as pytorch-grad-cam's users have it.

    The exported one has them folded into the convolutions; times do not depend on the weights.
    """
    from model_training.models.eeea_net import EEEANetC2

    return EEEANetC2(network.num_classes, network.stem[0].in_channels).eval()


def measure(jobs: dict[str, Callable[[], object]], rounds: int, seldom: tuple[str, ...]) -> dict[str, list[float]]:
    """Return milliseconds of every job, run in turns; `seldom` (the slow ones) only every tenth round."""
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for number in range(-2, rounds):  # the first two warm up
        for name, job in jobs.items():
            if name in seldom and number % 10:
                continue
            start = time.perf_counter()
            job()
            if number >= 0:
                taken[name].append((time.perf_counter() - start) * 1000)
    return taken


def image_arguments(description: str | None) -> argparse.Namespace:
    """Read the arguments of a benchmark that scores one image."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--threads", type=int, default=Limits().threads)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--columns", type=int, default=2500)
    return parser.parse_args()


def phantom(folder: Path, arguments: argparse.Namespace) -> Path:
    """Write that image, a chest phantom of 14 bits, and return its path."""
    path = folder / "film"
    path.write_bytes(image_bytes(chest_phantom(arguments.rows, arguments.columns, 14), bits=14))
    return path


def main() -> None:
    """Print one table and the ratios."""
    arguments = image_arguments(__doc__)
    name, model, recipe, network = model_and_network()
    names = ("logits", "gradcam", "features")
    with tempfile.TemporaryDirectory() as folder:
        path = phantom(Path(folder), arguments)
        radiograph = open_image(path).radiograph
        tensor = make_input(radiograph, recipe).tensor
        full, cut = session(model, arguments.threads), session(without_maps(model), arguments.threads)
        runner = ModelRunner(InMemory(model), Limits(threads=arguments.threads))
        start = time.perf_counter()
        runner.load()
        started = time.perf_counter() - start
        jobs: dict[str, Callable[[], object]] = {
            "open the film": lambda: open_image(path),
            "make the tensor": lambda: make_input(radiograph, recipe),
            "network without maps": lambda: cut.run(["logits"], {"image": tensor}),
            "network with all maps": lambda: full.run(list(names), {"image": tensor}),
            "the same in the model process": lambda: runner.run({"image": tensor}, names),
            "14 pytorch-grad-cam maps": gradcam_maps(as_trained(network), tensor, arguments.threads),
            "the same, batch norms folded": gradcam_maps(network, tensor, arguments.threads),
        }
        try:
            taken = measure(jobs, arguments.rounds, seldom=tuple(jobs)[-2:])
        finally:
            runner.close()
    print(f"{name}, {arguments.rows} x {arguments.columns}, {arguments.threads} threads; milliseconds")
    print(f"{'':32} {'fastest':>9} {'median':>9}")
    for job, times in taken.items():
        print(f"{job:32} {min(times):9.2f} {statistics.median(times):9.2f}")
    print(f"{'start of the model process':32} {started * 1000:9.2f}")
    _, _, plain, maps, process, gradcam, folded = (min(times) for times in taken.values())
    print(f"with maps / without            {maps / plain:8.2f} x  (aim: at most {MAPS_AIM:g})")
    print(f"pytorch-grad-cam / with maps   {gradcam / maps:8.0f} x  (aim: at least {GRADCAM_AIM:g})")
    print(f"  its batch norms folded       {folded / maps:8.0f} x")
    print(f"model process on top           {process - maps:8.2f} ms (aim: at most {PROCESS_AIM:g})")


if __name__ == "__main__":
    main()
