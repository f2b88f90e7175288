"""Images of the library that a head finds like the one at hand. Nothing of it leaves this computer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.heads.contract import HeadManifest, Prediction
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.library import LibraryPresenter
from cxrviewer.presenters.library_scoring import makes_features
from cxrviewer.presenters.messages import one_line, person_name, sentence
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.small_pictures import Make, Picture, SmallPictures
from cxrviewer.studies.index.scores import ModelVersion
from cxrviewer.studies.index.similar import Similar, nearest
from cxrviewer.studies.index.stores import Stores
from cxrviewer.studies.index.timeline import Place, places
from cxrviewer.studies.index.worklist import StudyRow
from cxrviewer.text import msg, tr, tr_n, translated

SLOT, PICTURE_SLOT = "similar", "similar picture"
COUNT = 20

WARNING = msg(
    "Similar to this network, not to a radiologist. Similarity is no diagnosis: images with another disease, or none, "
    "can be near, and the same exposure, position or device brings images together. The list stays on this computer."
)
NO_IMAGE = msg("Open an image and wait for its scores; images like it are then looked for.")
REFUSED = msg("The models that are on do not score this image, so there is nothing to find similar images by.")
NO_FEATURES = msg("No model that is on hands on the features that similar images are found by.")
HIDDEN_OFF = msg("Images of other patients are not listed while identity is hidden: the screen may be shared.")
NOT_SCORED = msg(
    "No image of the library has features of this model yet. Open the library, choose AI scores, and score it; what "
    "was scored before features were kept is scored once more."
)
NO_LIBRARY = msg("There is no library yet: add a folder to it and score its images first.")


class SimilarRow(Struct, frozen=True):
    """A row of the list; `key` names its picture."""

    key: str
    study: int
    patient: str
    when: str
    distance: str
    detail: str


class SimilarState(Struct, frozen=True):
    """What the dialog shows.

    Attributes
    ----------
    rows : tuple of SimilarRow
        The nearest first.
    message : str
        In place of rows, or how many were compared.
    heads : tuple of str
        Titles to choose from.
    head : int
    busy : bool
    """

    rows: tuple[SimilarRow, ...] = ()
    message: str = ""
    heads: tuple[str, ...] = ()
    head: int = 0
    busy: bool = False


class SimilarView(Protocol):
    """What the presenter needs of the dialog."""

    def show_similar(self, state: SimilarState) -> None: ...
    def show_similar_picture(self, key: str, picture: Picture) -> None: ...
    def leave(self) -> None: ...


class _Found(Struct, frozen=True):
    image: Similar
    study: StudyRow
    detail: str
    place: Place | None


class SimilarPresenter:
    """Looks for images like the active one, each time its dialog is opened.

    Parameters
    ----------
    jobs : JobRunner
    privacy : Privacy
    answers : callable
        Returns what the heads that are on have answered about the active image, with their manifests.
    digest : callable
        Returns the digest of the active image, empty for none.
    picture_of : callable
        Place and digest of an image to the work that makes its small picture.
    refused : callable, optional
        Returns whether every head that is on has rejected the active image.
    """

    def __init__(
        self,
        jobs: JobRunner,
        privacy: Privacy,
        *,
        answers: Callable[[], Sequence[tuple[HeadManifest, Prediction]]],
        digest: Callable[[], str],
        picture_of: Callable[[Place, str], Make],
        refused: Callable[[], bool] = lambda: False,
    ) -> None:
        self._jobs, self._privacy, self._answers, self._digest = jobs, privacy, answers, digest
        self._picture_of, self._refused = picture_of, refused
        self._library: LibraryPresenter | None = None
        self._view: SimilarView | None = None
        self._asked: tuple[tuple[HeadManifest, Prediction], ...] = ()
        self._head = 0
        self._found: dict[str, _Found] = {}
        self._pictures = SmallPictures(jobs, PICTURE_SLOT, self._make, self._show_picture)
        privacy.listen(self._look)

    def use(self, library: LibraryPresenter) -> None:
        """Look into this library."""
        self._library = library

    def attach(self, view: SimilarView) -> None:
        """Look for images like the active one."""
        self._view, self._head = view, 0
        self._begin()

    def answered(self) -> None:
        """Look now that the heads have said more about the active image, where there was nothing to look with."""
        if self._view is not None and not self._asked:
            self._begin()

    def _begin(self) -> None:
        self._asked = tuple(
            (manifest, answer)
            for manifest, answer in self._answers()
            if answer.features is not None and makes_features(manifest)
        )
        self._own = self._digest()
        self._look()

    def detach(self) -> None:
        self._view = None
        self._jobs.cancel(SLOT)
        self._pictures.clear()
        self._found = {}

    def choose_head(self, number: int) -> None:
        if 0 <= number < len(self._asked) and number != self._head:
            self._head = number
            self._look()

    def want_picture(self, key: str) -> None:
        self._pictures.want(key)

    def open(self, study: int) -> None:
        """Open a study of the list with its priors, instead of what is open."""
        if self._library is not None:
            if self._view is not None:
                self._view.leave()
            self._library.open(study)

    # Inside.

    def _look(self) -> None:
        if self._view is None:
            return
        self._jobs.cancel(SLOT)
        self._pictures.clear()
        self._found = {}
        if self._privacy.hidden:
            self._show(message=translated(HIDDEN_OFF))
            return
        if not self._asked:
            none = REFUSED if self._refused() else NO_IMAGE
            self._show(message=translated(NO_FEATURES if self._answers() else none))
            return
        if self._library is None:
            self._show(message=translated(NO_LIBRARY))
            return
        self._show(message=tr("Comparing…"), busy=True)
        self._library.with_stores(self._search, lambda: self._show(message=translated(NO_LIBRARY)))

    def _search(self, stores: Stores) -> None:
        manifest, answer = self._asked[self._head]
        version = ModelVersion(manifest.id, answer.model_sha256, answer.recipe_digest)
        features, own = answer.features, self._own
        assert features is not None, "only such answers are asked about"

        def work(cancel: CancelToken) -> tuple[list[_Found], int]:
            result = nearest(
                stores.reading.database, version, features, without={own} - {""}, count=COUNT, cancel=cancel
            )
            studies = {row.id: row for row in stores.worklist.rows(sorted({one.study for one in result.images}))}
            found = []
            for one in result.images:
                row = studies.get(one.study)
                image = next((image for image in stores.worklist.images(one.study) if image.id == one.image), None)
                if row is not None and image is not None:
                    detail = " ".join(part for part in (image.modality, image.body_part, image.view) if part)
                    found.append(_Found(one, row, detail, next(iter(places(stores.reading, one.image)), None)))
            return found, result.compared

        # Not the library's own thread: its list would wait for a pass over everything.
        self._jobs.submit(Lane.MEASURE, SLOT, work, on_done=lambda found: self._take(*found), on_failed=self._failed)

    def _take(self, found: Sequence[_Found], compared: int) -> None:
        if not compared:
            self._show(message=translated(NOT_SCORED))
            return
        self._found = {one.image.digest: one for one in found}
        rows = tuple(
            SimilarRow(
                one.image.digest,
                one.study.id,
                one_line((_name(one), one.study.patient_id), " · "),
                one.study.date or tr("date unknown"),
                f"{one.image.distance:.3f}",
                one.detail,
            )
            for one in found
        )
        words = tr_n(
            "{n:,} image was compared; the distance is 1 minus the cosine of the features, 0 for the same.",
            "{n:,} images were compared; the distance is 1 minus the cosine of the features, 0 for the same.",
            compared,
        )
        self._show(rows, words)

    def _failed(self, error: Exception) -> None:
        self._show(message=sentence(error, tr("Comparing images")))

    def _show(self, rows: tuple[SimilarRow, ...] = (), message: str = "", *, busy: bool = False) -> None:
        if self._view is not None:
            heads = tuple(f"{manifest.title} {manifest.version}" for manifest, _ in self._asked)
            self._view.show_similar(SimilarState(rows, message, heads, self._head, busy))

    def _make(self, key: str) -> Make | None:
        one = self._found.get(key)
        return None if one is None or one.place is None else self._picture_of(one.place, key)

    def _show_picture(self, key: str, picture: Picture) -> None:
        if self._view is not None and not self._privacy.hidden:
            self._view.show_similar_picture(key, picture)


def _name(one: _Found) -> str:
    return person_name(one.study.patient_name) or tr("No name in the file")
