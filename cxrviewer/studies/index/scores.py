"""Results of heads for images of the library, kept by content, head, model and recipe."""

from __future__ import annotations

import contextlib
import enum
import json
from collections.abc import Collection, Sequence
from typing import cast

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.errors import CxrError, JobCancelled, LibraryError
from cxrviewer.studies.index.database import Database, portions, question_marks
from cxrviewer.studies.index.kept_text import kept_text
from cxrviewer.studies.index.known_twins import told_apart
from cxrviewer.studies.index.run_owner import RunOwner
from cxrviewer.studies.index.similar import packed
from cxrviewer.studies.index.store import Index, study_findings, study_flag
from cxrviewer.studies.index.text import words
from cxrviewer.text import msg

FLAGS = "4"
"""How `study_flag` is computed: another number computes all anew.

"1" called no study without findings outdated; "2" counted no images without a score; "3" counted a finding
once for each head and image.
"""


class Outcome(enum.Enum):
    """What came of scoring an image."""

    SCORED = "scored"
    REJECTED = "rejected"
    """The head declined the image; another file or head may do better, the same never."""
    FAILED = "failed"
    """Scoring went wrong: it may be tried again."""


class ModelVersion(Struct, frozen=True, order=True):
    """A head as it scores: its id, SHA-256 of its model and digest of its recipe, in hex."""

    head: str
    model: str
    recipe: str


class StoredFinding(Struct, frozen=True):
    """A finding's calibrated score in 0..1 with its interval and threshold, None where the head has none."""

    code: str
    name: str
    score: float
    low: float | None = None
    high: float | None = None
    threshold: float | None = None

    def __post_init__(self) -> None:
        numbers = (self.score, self.low, self.high, self.threshold)
        if not all(number is None or 0.0 <= number <= 1.0 for number in numbers):  # NaN is not either
            raise ValueError("scores, intervals and thresholds lie in 0..1")

    @property
    def flagged(self) -> bool:
        return self.threshold is not None and self.score >= self.threshold


class StoredScoring(Struct, frozen=True):
    """What one head made of one image.

    Attributes
    ----------
    version : ModelVersion
    outcome : Outcome
    reason : str
        Rejection code or kind of failure, empty for a score; `not_scored` has the sentence.
    findings : tuple of StoredFinding
    outdated : bool
        The file, the model or the recipe is another one now, or the head is not there any more: never to be shown
        as current.
    """

    version: ModelVersion
    outcome: Outcome
    reason: str
    findings: tuple[StoredFinding, ...]
    outdated: bool


class UnfinishedRun(Struct, frozen=True):
    """A run over the library that did not come to its end: its studies, None for all, and its images without a score.

    `left` counts what can be reached and lacks the score of a head in use.
    """

    studies: tuple[int, ...] | None
    left: int


class Selection(Struct, frozen=True):
    """What is to be scored: some studies, or all where `studies` is None."""

    studies: tuple[int, ...] | None

    def joined(self, other: Selection) -> Selection:
        """Return what is in either."""
        if self.studies is None or other.studies is None:
            return Selection(None)
        return Selection(tuple(sorted({*self.studies, *other.studies})))


class RunState(Struct, frozen=True):
    """Whether another window scores the library, and what is left to score where none does."""

    elsewhere: bool = False
    unfinished: UnfinishedRun | None = None


class Scores:
    """The results of an index. Safe to use from any thread; LibraryError from every method."""

    def __init__(self, index: Index) -> None:
        self._database = index.database
        path = index.database.path
        self._owner = RunOwner(path.with_name(f"{path.name}.scoring"))

    def close(self) -> None:
        """Let go of a run that has no end: other windows, and who opens the library next, are offered the rest.

        Harmless again.
        """
        with contextlib.suppress(CxrError, JobCancelled):  # who is not told of it sees it later
            self.break_run()

    def set_current(self, versions: Collection[ModelVersion]) -> None:
        """Set which versions are in use now; results of all others become outdated."""
        wanted = sorted({(one.head, one.model, one.recipe) for one in versions})
        known = self._database.rows("SELECT head, model, recipe FROM current_head ORDER BY head, model, recipe")
        kept = self._database.rows("SELECT value FROM fact WHERE name = 'flags'")
        if [tuple(map(str, row)) for row in known] == wanted and kept == [(FLAGS,)]:
            return
        with self._database.transaction() as database:
            database.execute("INSERT OR REPLACE INTO fact VALUES ('flags', ?)", (FLAGS,))
            database.execute("DELETE FROM current_head")
            database.executemany("INSERT INTO current_head VALUES (?, ?, ?)", wanted)
            scored = database.execute(f"SELECT DISTINCT series.study {_SCORED}").fetchall()
            for (study,) in scored:
                _refresh_flag(database, study)

    def put(
        self,
        image: int,
        version: ModelVersion,
        outcome: Outcome,
        findings: Sequence[StoredFinding] = (),
        *,
        digest: str,
        reason: str = "",
        why: str = "",
        features: npt.NDArray[np.float32] | None = None,
    ) -> bool:
        """Keep what a head made of an image, instead of what it made of it before.

        A failure replaces no result, an outdated one neither: the disc may have been taken out meanwhile.

        Parameters
        ----------
        image : int
            Row of the index.
        digest : str
            Of the content that was scored (`ImageRow.digest`, read before the file was opened).
        reason, why : str
            Of an image without a score: a code, and a sentence to be translated when it is shown.
        features : (c,) float32, optional
            `Prediction.features`.

        Returns
        -------
        bool
            False where nothing is kept: the image holds other content by now, or is gone, or this is a failure and
            there is a result of the same version.
        """
        with self._database.transaction() as database:
            row = database.execute("SELECT uid, digest FROM image WHERE id = ?", (image,)).fetchone()
            if row is None or row[1] != digest:
                return False
            others = ""
            if outcome is Outcome.FAILED:
                # Only what this version made of it is the same question; what another one found stays, as outdated.
                if database.execute(
                    "SELECT EXISTS (SELECT 1 FROM scoring WHERE digest = ? AND head = ? AND model = ? AND recipe = ? "
                    "AND outcome <> 'failed')",
                    (digest, version.head, version.model, version.recipe),
                ).fetchone() == (1,):
                    return False
                others = "AND outcome = 'failed'"
            database.execute(
                "DELETE FROM scoring WHERE head = ?1 AND (digest = ?2 OR "
                f"(uid = ?3 AND NOT EXISTS (SELECT 1 FROM image WHERE image.digest = scoring.digest))) {others}",
                (version.head, digest, row[0]),
            )
            made = database.execute(
                "INSERT INTO scoring (digest, uid, head, model, recipe, outcome, reason, why, flagged) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (digest, row[0], version.head, version.model, version.recipe, outcome.value, reason,
                 kept_text(why), sum(one.flagged for one in findings)),
            )  # fmt: skip
            vector = None if features is None else packed(features)
            if vector is not None:
                database.execute("INSERT INTO feature VALUES (?, ?)", (made.lastrowid, vector))
            database.executemany(
                "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (made.lastrowid, place, one.code, one.name, words(one.name), one.score, one.low, one.high,
                     one.threshold, int(one.flagged))
                    for place, one in enumerate(findings)
                ],
            )  # fmt: skip
            for (study,) in database.execute(
                "SELECT DISTINCT series.study FROM image JOIN series ON series.id = image.series "
                "WHERE image.digest = ? OR image.uid = ?",
                (digest, row[0]),
            ).fetchall():
                _refresh(database, study)
        return True

    def of_image(self, image: int) -> tuple[StoredScoring, ...]:
        """Return what heads made of an image, by head; outdated results say so."""
        rows = self._database.rows(
            "SELECT scoring.id, scoring.head, scoring.model, scoring.recipe, scoring.outcome, scoring.reason, "
            "scoring.digest = image.digest AND EXISTS (SELECT 1 FROM current_head WHERE head = scoring.head "
            "AND model = scoring.model AND recipe = scoring.recipe) "
            "FROM image JOIN scoring ON scoring.digest = image.digest "
            "OR (scoring.uid = image.uid AND NOT image.colliding) WHERE image.id = ? ORDER BY scoring.head",
            (image,),
        )
        return tuple(
            StoredScoring(
                ModelVersion(str(row[1]), str(row[2]), str(row[3])),
                Outcome(row[4]),
                str(row[5]),
                self._findings(cast(int, row[0])),
                not row[6],
            )
            for row in rows
        )

    def of_content(self, digests: Collection[str]) -> dict[str, tuple[StoredScoring, ...]]:
        """Return what heads made of images by the digest of their content, wherever these lie; without rejections.

        A digest without a score is left out. Only other versions of heads are `outdated` here.
        """
        found: dict[str, list[StoredScoring]] = {}
        for some in portions(sorted(set(digests))):
            rows = self._database.rows(
                "SELECT scoring.id, digest, head, model, recipe, EXISTS (SELECT 1 FROM current_head "
                "WHERE head = scoring.head AND model = scoring.model AND recipe = scoring.recipe) FROM scoring "
                f"WHERE digest IN ({question_marks(some)}) AND outcome = 'scored' ORDER BY head, id",
                some,
            )
            for scoring, digest, head, model, recipe, current in rows:
                version = ModelVersion(str(head), str(model), str(recipe))
                findings = self._findings(cast(int, scoring))
                one = StoredScoring(version, Outcome.SCORED, "", findings, not current)
                found.setdefault(str(digest), []).append(one)
        return {digest: tuple(scorings) for digest, scorings in found.items()}

    def of_files(self, digests: Collection[str]) -> dict[str, tuple[StoredScoring, ...]]:
        """Return `of_content` for what was read of files (`content_digest`), where that says which image they are."""
        return self.of_content(told_apart(self._database, digests))

    def to_score(
        self,
        version: ModelVersion,
        *,
        after: int = 0,
        limit: int = 100,
        studies: Collection[int] | None = None,
        with_features: bool = False,
    ) -> tuple[tuple[int, str], ...]:
        """Return images without a result of this version, that can be reached: (row, digest), the lowest rows first.

        What was scored is not returned again, so that a run goes on where it ended. Failures are returned again.

        Parameters
        ----------
        after : int
            Only rows above this one.
        studies : collection of int, optional
            Only images of these.
        with_features : bool
            The head hands its features on: what was scored without keeping them is returned again.
        """
        values: list[object] = [version.head, version.model, version.recipe, after]
        only = ""
        if studies is not None:
            only = f"AND series.study IN ({','.join('?' * len(studies))})"
            values += studies
        rows = self._database.rows(
            f"SELECT image.id, image.digest {_to_score_sql(with_features)} AND image.id > ? {only} "
            "ORDER BY image.id LIMIT ?",
            (*values, limit),
        )
        return tuple((cast(int, image), str(digest)) for image, digest in rows)

    def count_to_score(self, version: ModelVersion) -> int:
        """Return how many images `to_score` has altogether."""
        values = (version.head, version.model, version.recipe)
        return cast(int, self._database.rows(f"SELECT count(*) {_to_score_sql(with_features=False)}", values)[0][0])

    def begin_run(self, studies: Collection[int] | None) -> bool:
        """Keep that a run over some studies, or over all, has begun: it is known after a crash, too.

        Returns
        -------
        bool
            False where another window has a run that is going: nothing may be scored here until that one has ended.
        """
        if not self._owner.take():
            return False
        kept = json.dumps(None if studies is None else sorted(studies))
        with self._database.transaction() as database:
            database.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (_RUN, kept))
        return True

    def end_run(self) -> None:
        """Keep that the run has come to its end, or that the reader has ended it; not where it was not kept."""
        if not self._owner.held:
            return
        try:
            with self._database.transaction() as database:
                database.execute("DELETE FROM fact WHERE name = ?", (_RUN,))
        finally:
            self._owner.release()

    def break_run(self) -> None:
        """Let go of the run, which has broken off: what is left of it is offered, in another window too.

        Those notice it by what is written for that, as they notice everything else.
        """
        if not self._owner.held:
            return
        self._owner.release()
        with self._database.transaction() as database:
            database.execute(
                "INSERT INTO fact VALUES (?, '1') ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
                (_BROKEN,),
            )

    def run_state(self, reading: Database, wanted: Selection | None = None) -> RunState:
        """Return whether another window scores; where none does, what the last run left that nothing ended.

        Parameters
        ----------
        reading : Database
            A connection to the same index that does not wait for what is written.
        wanted : Selection, optional
            What could not be scored while another window did: counted with what that one left.
        """
        if _kept_run(reading) and not self._owner.is_free():
            return RunState(elsewhere=True)
        left = _selection(_kept_run(reading))  # read again: its owner may have ended it meanwhile
        if wanted is not None:
            left = wanted if left is None else left.joined(wanted)
        return RunState() if left is None else RunState(unfinished=_unfinished(reading, left.studies))

    def _findings(self, scoring: int) -> tuple[StoredFinding, ...]:
        rows = self._database.rows(
            "SELECT code, name, score, low, high, threshold FROM finding WHERE scoring = ? ORDER BY place", (scoring,)
        )
        try:
            return tuple(StoredFinding(*cast("tuple[str, str, float]", row)) for row in rows)
        except ValueError as error:
            raise LibraryError(msg("A stored score is damaged; score this image again.")) from error


_SCORED = (
    "FROM scoring JOIN image ON image.digest = scoring.digest OR image.uid = scoring.uid "
    "JOIN series ON series.id = image.series"
)


_RUN, _BROKEN = "scoring run", "scoring runs that broke off"

_REACHED = (
    "EXISTS (SELECT 1 FROM file JOIN folder ON folder.id = file.folder JOIN root ON root.id = folder.root "
    "WHERE file.image = image.id AND root.online)"
)

_LEFT_SQL = (
    "SELECT count(*) FROM image JOIN series ON series.id = image.series "
    "WHERE EXISTS (SELECT 1 FROM current_head AS now WHERE NOT EXISTS (SELECT 1 FROM scoring "
    "WHERE scoring.digest = image.digest AND scoring.head = now.head "
    "AND scoring.model = now.model AND scoring.recipe = now.recipe AND outcome <> 'failed')) "
    f"AND {_REACHED}"
)


def _to_score_sql(with_features: bool) -> str:
    kept = (
        "AND (outcome <> 'scored' OR EXISTS (SELECT 1 FROM feature WHERE feature.scoring = scoring.id)) "
        if with_features
        else ""
    )
    return (
        "FROM image JOIN series ON series.id = image.series WHERE NOT EXISTS (SELECT 1 FROM scoring "
        "WHERE scoring.digest = image.digest AND head = ? AND model = ? AND recipe = ? "
        f"AND outcome <> 'failed' {kept}) "
        f"AND {_REACHED}"
    )


def _refresh(database: Database, study: int) -> None:
    flag = _refresh_flag(database, study)
    # Most images of a run leave this as it is, and its index with it.
    database.execute(
        "UPDATE study SET findings = ?1 WHERE id = ?2 AND findings <> ?1",
        (study_findings(database, study, flag), study),
    )


def _refresh_flag(database: Database, study: int) -> int:
    """Count anew what depends on which heads are in use, and return the flag."""
    flag, unscored = study_flag(database, study)
    database.execute("UPDATE study SET flag = ?, unscored = ? WHERE id = ?", (flag, unscored, study))
    return flag


def _kept_run(database: Database) -> str:
    kept = database.rows("SELECT value FROM fact WHERE name = ?", (_RUN,))
    return str(kept[0][0]) if kept else ""


def _selection(kept: str) -> Selection | None:
    try:
        return Selection(msgspec.json.decode(kept, type=tuple[int, ...] | None)) if kept else None
    except msgspec.DecodeError:
        return None


def _unfinished(reading: Database, studies: tuple[int, ...] | None) -> UnfinishedRun | None:
    if studies is None:
        left = cast(int, reading.rows(_LEFT_SQL)[0][0])
    else:
        left = sum(
            cast(int, reading.rows(f"{_LEFT_SQL} AND series.study IN ({question_marks(some)})", some)[0][0])
            for some in portions(studies)
        )
    return UnfinishedRun(studies, left) if left else None
