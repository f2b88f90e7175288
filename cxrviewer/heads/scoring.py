"""A head that reads films: what the window and ``cxrviewer score`` both call."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from cxrviewer.errors import HeadRejectedError, ManifestError, ScoringError
from cxrviewer.heads import saliency, scope
from cxrviewer.heads.calibration import probability
from cxrviewer.heads.conformance import (
    HeadData,
    check_outputs,
    make_runner,
    prepare,
    read_density,
    read_verified,
    wanted_outputs,
)
from cxrviewer.heads.contract import (
    CancelToken,
    DiscoveredHead,
    FindingScore,
    FindingSpec,
    HeadManifest,
    Prediction,
    Refusal,
    RefusedError,
    SaliencyMap,
)
from cxrviewer.heads.runner import Limits, RunResult
from cxrviewer.imaging.radiograph import FilmFacts, Radiograph
from cxrviewer.imaging.tensor import ModelInput, make_input

Tensors = Mapping[str, npt.NDArray[np.float32]]


class HeadScorer:
    """One verified head with its model process.

    Making one reads and hashes the head's files. The process starts with the first film,
    or with `warm_up`, and first proves itself on the head's test vector. Films are scored
    one after another, from whichever thread; `close` may be called at any time.

    Raises
    ------
    ManifestError
        With every problem of a head whose discovery found some.
    HeadRejectedError
        For a file that is missing, damaged or swapped.
    """

    def __init__(self, head: DiscoveredHead, limits: Limits | None = None) -> None:
        if head.manifest is None or head.problems:
            name = head.manifest.id if head.manifest else "unknown"
            raise ManifestError(name, head.problems or ("head.toml: could not be read",))
        data = read_verified(head.folder, head.manifest)
        self._density = read_density(data)
        self._manifest = head.manifest
        self._recipe_digest = head.manifest.recipe.digest()
        self._runner = make_runner(data, approved=head.approved, limits=limits)
        self._unproven: HeadData | None = data
        self._rejected: HeadRejectedError | None = None
        self._proving = threading.Lock()

    @property
    def manifest(self) -> HeadManifest:
        return self._manifest

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
                prepare(self._unproven, self._runner)
            except HeadRejectedError as error:
                # Not tried again before the program restarts: the same bytes fail the same way.
                self._rejected = error
                self._runner.close()
                raise
            self._unproven = None

    def refuse_header(self, facts: FilmFacts, *, has_pixels: bool = True) -> Refusal | None:
        """Return why this film is not read, as far as its header tells; needs no pixels."""
        return scope.refuse_header(facts, self._manifest.scope, has_pixels=has_pixels)

    def score(self, radiograph: Radiograph, cancel: CancelToken | None = None) -> Prediction:
        """Read one film.

        Returns
        -------
        Prediction
            With a score for every finding of the manifest, in its order.

        Raises
        ------
        RefusedError
            The film is outside the head's scope.
        ScoringError
            The model crashed, hung or answered nonsense; the next film may succeed.
        HeadRejectedError
            The head failed its checks and will read no film.
        JobCancelled
        """
        token = cancel or CancelToken()
        refusal = self.refuse_header(radiograph.facts) or scope.refuse_size(radiograph, self._manifest.scope)
        if refusal is not None:
            raise RefusedError(refusal)
        given = make_input(radiograph, self._manifest.recipe)
        token.raise_if_cancelled()
        self.warm_up()
        result = self._run(given, token)
        if not self._inside(result.tensors):
            raise RefusedError(scope.outside(inverted_is_inside=self._inverted_is_inside(radiograph, token)))
        return self._prediction(radiograph, given, result)

    def close(self) -> None:
        """End the model process. A film being scored fails; closing twice is fine."""
        self._runner.close()

    def _run(self, given: ModelInput, token: CancelToken) -> RunResult:
        outputs = wanted_outputs(self._manifest)
        result = self._runner.run({self._manifest.model.input: given.tensor}, outputs, token)
        try:
            check_outputs(self._manifest, result.tensors)
        except HeadRejectedError as error:
            raise ScoringError(f"{error.user_message} Nothing is shown for this film.") from error
        return result

    def _inside(self, tensors: Tensors) -> bool:
        if self._density is None:
            return True
        try:
            return self._density.inside(tensors[str(self._manifest.model.features)])
        except ValueError as error:
            raise ScoringError("The model's features have the wrong shape; nothing is shown for this film.") from error

    def _inverted_is_inside(self, radiograph: Radiograph, token: CancelToken) -> bool:
        """Ask again with grey turned round: only for refused films, so the second run costs nobody."""
        turned = replace(radiograph, inverted=not radiograph.inverted)
        return self._inside(self._run(make_input(turned, self._manifest.recipe), token).tensors)

    def _prediction(self, radiograph: Radiograph, given: ModelInput, result: RunResult) -> Prediction:
        manifest = self._manifest
        logits = result.tensors[manifest.model.logits][0]
        return Prediction(
            image_key=radiograph.key,
            head_id=manifest.id,
            head_version=manifest.version,
            model_sha256=manifest.model.sha256,
            recipe_digest=self._recipe_digest,
            scores=tuple(self._score(finding, float(logits[finding.index])) for finding in manifest.findings),
            maps=self._maps(given, result.tensors),
            seconds=result.seconds,
        )

    def _score(self, finding: FindingSpec, logit: float) -> FindingScore:
        value = probability(finding, logit)
        validated = self._manifest.validated(finding)
        return FindingScore(finding, logit, value, validated and value >= finding.threshold, validated)

    def _maps(self, given: ModelInput, tensors: Tensors) -> tuple[SaliencyMap, ...]:
        manifest = self._manifest
        if manifest.model.maps is None:
            return ()
        maps = tensors[manifest.model.maps][0]
        height, width = maps.shape[1:]
        to_image = saliency.map_to_image(given.to_image, given.tensor.shape[2:], (height, width))
        to_image.flags.writeable = False
        maps.flags.writeable = False
        explanation = manifest.explanation
        return tuple(
            SaliencyMap(f.code, maps[f.index], f.map_reference or explanation.reference, explanation.method, to_image)
            for f in manifest.findings
        )
