"""A head that reads images: what the window and ``cxrviewer score`` both call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import HeadRejectedError, ManifestError, ScoringError
from cxrviewer.heads.contract import (
    MAX_POOLED,
    DiscoveredHead,
    FindingScore,
    FindingSpec,
    HeadManifest,
    Prediction,
    RejectedError,
    Rejection,
    SaliencyMap,
)
from cxrviewer.heads.eligibility import checks
from cxrviewer.heads.inference import saliency
from cxrviewer.heads.inference.calibration import probability, probability_interval
from cxrviewer.heads.inference.feature_cache import FeatureCache, ImageFeatures
from cxrviewer.heads.registry.conformance import (
    HeadData,
    check_outputs,
    make_runner,
    prepare,
    read_ood_detector,
    read_verified,
    wanted_outputs,
)
from cxrviewer.heads.runtime.budget import WorkerBudget
from cxrviewer.heads.runtime.occlusion import Patches
from cxrviewer.heads.runtime.parsing import DIRECT, Parser
from cxrviewer.heads.runtime.runner import Limits, RunResult
from cxrviewer.imaging.detail import detailed_share
from cxrviewer.imaging.radiograph import ImageFacts, Radiograph
from cxrviewer.imaging.tensor import make_input
from cxrviewer.text import msg

Tensor = npt.NDArray[np.float32]
Affine = npt.NDArray[np.float64]
Tensors = Mapping[str, Tensor]


class HeadScorer:
    """One verified head with its model process.

    Making one reads and hashes the head's files. The process starts with the first image,
    or with `warm_up`, and first proves itself on the head's test vector. Images are scored
    one after another, from whichever thread; `close` may be called at any time.

    Parameters
    ----------
    head : DiscoveredHead
    limits : Limits
    budget : WorkerBudget
        Shared by the heads of a window; None: this head's process has none.
    backbone : HeadScorer
        Of a ``features`` head: the scorer whose features it reads. `heads.inference.model_pool` finds it.
    cache : FeatureCache
        Where a backbone keeps its features, so that it runs once per image.
    parser : Parser
        Reads the density and the test vectors.

    Raises
    ------
    ManifestError
        With every problem of a head whose discovery found some.
    HeadRejectedError
        For a file that is missing, damaged or swapped.
    """

    def __init__(
        self,
        head: DiscoveredHead,
        limits: Limits | None = None,
        *,
        budget: WorkerBudget | None = None,
        backbone: HeadScorer | None = None,
        cache: FeatureCache | None = None,
        parser: Parser = DIRECT,
    ) -> None:
        if head.manifest is None or head.problems:
            name = head.manifest.id if head.manifest else "unknown"
            raise ManifestError(name, head.problems or (msg("head.toml: could not be read"),))
        if (head.manifest.backbone is None) != (backbone is None):
            raise HeadRejectedError(
                msg("This head needs another one's features, which were not given."), check="backbone"
            )
        data = read_verified(head.folder, head.manifest)
        self._parser = parser
        self._ood_detector = read_ood_detector(data, parser)
        self._manifest = head.manifest
        self._recipe_digest = head.manifest.recipe.digest()
        self._runner = make_runner(data, approved=head.approved, limits=limits, budget=budget)
        self._backbone = backbone
        self._cache = cache
        self._unproven: HeadData | None = data
        self._rejected: HeadRejectedError | None = None
        self._proving = threading.Lock()

    @property
    def manifest(self) -> HeadManifest:
        return self._manifest

    @property
    def loaded(self) -> bool:
        """Whether the model process is there; the next image starts it where it is not."""
        return self._runner.pid is not None

    def warm_up(self) -> None:
        """Start the model process and run the checks that need it, unless that has been done.

        Raises
        ------
        HeadRejectedError, ScoringError
        """
        with self._proving:
            if self._rejected is not None:
                raise self._rejected
            if self._unproven is None:
                return
            try:
                with self._parser.session():
                    prepare(self._unproven, self._runner, self._parser)
                if self._backbone is not None:
                    self._backbone.warm_up()
                    self._check_join(self._backbone)
            except HeadRejectedError as error:
                # Not tried again before the program restarts: the same bytes fail the same way.
                self._rejected = error
                self._runner.close()
                raise
            self._unproven = None

    def reject_header(self, facts: ImageFacts, *, has_pixels: bool = True) -> Rejection | None:
        """Return why this image is not read, as far as its header tells; needs no pixels."""
        return checks.reject_header(facts, self._manifest.eligibility, has_pixels=has_pixels)

    def score(self, radiograph: Radiograph, cancel: CancelToken | None = None) -> Prediction:
        """Read one image.

        Returns
        -------
        Prediction
            With a score for every finding of the manifest, in its order.

        Raises
        ------
        RejectedError
            The image is outside the head's scope.
        ScoringError
            The model crashed, hung or answered nonsense; the next image may succeed.
        HeadRejectedError
            The head failed its checks and will read no image.
        JobCancelled
        """
        token = cancel or CancelToken()
        rejection = self.reject_header(radiograph.facts) or checks.reject_size(radiograph, self._manifest.eligibility)
        if rejection is not None:
            raise RejectedError(rejection)
        tensor, to_image, detailed = self._given(radiograph, token)
        rejection = checks.reject_blank(detailed)
        if rejection is not None:
            raise RejectedError(rejection)
        token.raise_if_cancelled()
        self.warm_up()
        result = self._run(tensor, token)
        if not self._inside(tensor, result.tensors):
            inverted = self._inverted_is_inside(radiograph, token)
            raise RejectedError(checks.outside(radiograph.facts.source, inverted_is_inside=inverted))
        self._keep_features(radiograph, result.tensors, to_image, detailed)
        made = tensor if self._backbone is not None else result.tensors.get(str(self._manifest.model.features))
        return self._prediction(radiograph, to_image, result, _pooled(made))

    def features(self, radiograph: Radiograph, cancel: CancelToken) -> ImageFeatures:
        """Return this backbone's features of an image; its model runs only where none are kept.

        Nothing here asks whether *this* head may read the image: that is for the head that wants the features.

        Raises
        ------
        ScoringError, HeadRejectedError, JobCancelled
        """
        kept = self._cache.get(self._key(radiograph)) if self._cache is not None else None
        if kept is not None:
            return kept
        tensor, to_image, detailed = self._image(radiograph)
        self.warm_up()
        tensors = self._run(tensor, cancel).tensors
        self._keep_features(radiograph, tensors, to_image, detailed)
        return ImageFeatures(tensors[str(self._manifest.model.features)], to_image, detailed)

    def patches(self) -> Patches | None:
        """Return how a map on request covers the input, None for a head that has none on request."""
        recipe = self._manifest.recipe
        if not self._manifest.maps_on_request:
            return None
        if self._backbone is None:
            return Patches.for_image(recipe.height, recipe.width)
        shape = self._runner.load().inputs[0].shape
        return Patches.for_features(shape[2] or 1, shape[3] or 1)

    def explain(
        self,
        radiograph: Radiograph,
        number: int,
        cancel: CancelToken,
        on_progress: Callable[[int, int], None] = lambda done, of: None,
    ) -> SaliencyMap:
        """Compute the map of finding `number` of a head without maps, by occlusion; takes some hundred runs.

        The values are falls of the calibrated probability, raw: 1.0 would be from certain to excluded.

        Parameters
        ----------
        on_progress : callable
            Called on this thread with ``(patches done, patches in all)``.

        Raises
        ------
        As `score`.
        """
        finding = self._manifest.findings[number]
        tensor, tensor_to_image, _ = self._given(radiograph, cancel)
        self.warm_up()
        patches = self.patches()
        assert patches is not None, "this head has no maps on request"
        model = self._manifest.model
        logits = self._runner.occlude(
            model.input,
            tensor,
            patches,
            (model.logits, finding.index),
            cancel,
            lambda done: on_progress(done, patches.number),
        )
        chances = np.array([probability(finding, float(logit)) for logit in logits])
        values = patches.spread(chances[0] - chances[1:])
        to_image = self._map_to_image(tensor_to_image, values)
        for array in (values, to_image):
            array.flags.writeable = False
        reference = finding.map_reference or self._manifest.explanation.reference
        unit = "pixels" if self._backbone is None else "feature cells"
        size, whole = f"{patches.patch} × {patches.patch}", f"{patches.width} × {patches.height}"
        method = f"Occlusion, {size} of {whole} {unit}"
        return SaliencyMap(finding.code, values, reference, method, to_image)

    def close(self) -> None:
        """End the model process. An image being scored fails; closing twice is fine."""
        self._runner.close()

    def _check_join(self, backbone: HeadScorer) -> None:
        """Compare what the backbone hands on with what this head reads. Raises `HeadRejectedError`."""
        made = next(t.shape for t in backbone._runner.load().outputs if t.name == backbone.manifest.model.features)
        read = self._runner.load().inputs[0].shape
        if None not in made and made != read:
            sentence = msg("The head reads features of another shape than its backbone makes; ask its author.")
            raise HeadRejectedError(sentence, check="backbone")

    def _given(self, radiograph: Radiograph, token: CancelToken) -> tuple[Tensor, Affine, float]:
        """Return what goes into the model, the way back to the image, and `detailed_share` of it.

        That is the image itself or the backbone's features of it.
        """
        if self._backbone is not None:
            made = self._backbone.features(radiograph, token)
            return made.values, made.to_image, made.detailed
        return self._image(radiograph)

    def _image(self, radiograph: Radiograph) -> tuple[Tensor, Affine, float]:
        given = make_input(radiograph, self._manifest.recipe)
        return given.tensor, given.to_image, detailed_share(given.grey)

    def _key(self, radiograph: Radiograph) -> tuple[str, str, str]:
        # An image asked about as its negative has the same key, but other pixels.
        image = f"{radiograph.key}{'-' if radiograph.inverted else '+'}"
        return image, self._manifest.model.sha256, self._recipe_digest

    def _keep_features(self, radiograph: Radiograph, tensors: Tensors, to_image: Affine, detailed: float) -> None:
        features = self._manifest.model.features
        if self._cache is not None and features is not None and features in tensors:
            self._cache.put(self._key(radiograph), ImageFeatures(tensors[features], to_image, detailed))

    def _run(self, tensor: Tensor, token: CancelToken) -> RunResult:
        outputs = wanted_outputs(self._manifest, with_features=self._cache is not None)
        result = self._runner.run({self._manifest.model.input: tensor}, outputs, token)
        try:
            check_outputs(self._manifest, result.tensors)
        except HeadRejectedError as error:
            raise ScoringError(msg("{reason} Nothing is shown for this film.", reason=error.user_message)) from error
        return result

    def _inside(self, tensor: Tensor, tensors: Tensors) -> bool:
        if self._ood_detector is None:
            return True
        try:
            features = tensor if self._backbone is not None else tensors[str(self._manifest.model.features)]
            return self._ood_detector.inside(features)
        except ValueError as error:
            raise ScoringError(
                msg("The model's features have the wrong shape; nothing is shown for this film.")
            ) from error

    def _inverted_is_inside(self, radiograph: Radiograph, token: CancelToken) -> bool:
        """Ask again with grey turned round: only for rejected images, so the second run costs nobody."""
        turned = replace(radiograph, inverted=not radiograph.inverted)
        tensor, _, _ = self._given(turned, token)
        return self._inside(tensor, self._run(tensor, token).tensors)

    def _prediction(
        self, radiograph: Radiograph, to_image: Affine, result: RunResult, features: Tensor | None
    ) -> Prediction:
        manifest = self._manifest
        logits = result.tensors[manifest.model.logits][0]
        return Prediction(
            image_key=radiograph.key,
            head_id=manifest.id,
            head_version=manifest.version,
            model_sha256=manifest.model.sha256,
            recipe_digest=self._recipe_digest,
            scores=tuple(self._score(finding, float(logits[finding.index])) for finding in manifest.findings),
            maps=self._maps(to_image, result.tensors),
            seconds=result.seconds,
            features=features,
        )

    def _score(self, finding: FindingSpec, logit: float) -> FindingScore:
        value = probability(finding, logit)
        validated = self._manifest.validated(finding)
        above = validated and value >= finding.threshold
        return FindingScore(finding, logit, value, above, validated, probability_interval(finding, logit))

    def _map_to_image(self, tensor_to_image: Affine, values: Tensor) -> Affine:
        recipe = self._manifest.recipe
        rows, columns = values.shape
        return saliency.map_to_image(tensor_to_image, (recipe.height, recipe.width), (rows, columns))

    def _maps(self, tensor_to_image: Affine, tensors: Tensors) -> tuple[SaliencyMap, ...]:
        manifest = self._manifest
        if manifest.model.maps is None:
            return ()
        maps = tensors[manifest.model.maps][0]
        to_image = self._map_to_image(tensor_to_image, maps[0])
        to_image.flags.writeable = False
        maps.flags.writeable = False
        explanation = manifest.explanation
        return tuple(
            SaliencyMap(f.code, maps[f.index], f.map_reference or explanation.reference, explanation.method, to_image)
            for f in manifest.findings
        )


def _pooled(features: Tensor | None) -> Tensor | None:
    """Return the mean of (1, c, h, w) features over the image, (c,); None for other shapes and for too many."""
    if features is None or features.ndim != 4 or features.shape[0] != 1 or not 0 < features.shape[1] <= MAX_POOLED:
        return None
    made = features[0].mean(axis=(1, 2), dtype=np.float64).astype(np.float32)
    return made if np.isfinite(made).all() else None
