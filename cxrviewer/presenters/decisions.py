"""The reader's decisions about AI findings: what is decided about which score, and saving it."""

from __future__ import annotations

from cxrviewer.heads.contract import Prediction
from cxrviewer.presenters.findings import FindingsPresenter
from cxrviewer.presenters.readings import OpenReading
from cxrviewer.presenters.typed_text import Later, TypedText
from cxrviewer.reading.document import MAX_COMMENT, Decision, Edit, FindingRef, SetDecision, Verdict
from cxrviewer.reading.values import ImageRef


def finding_ref(image: ImageRef, prediction: Prediction, number: int) -> FindingRef:
    """Return which score this is: another model, recipe or version makes another one."""
    code = prediction.scores[number].spec.code
    return FindingRef(
        image,
        prediction.head_id,
        prediction.head_version,
        prediction.model_sha256,
        prediction.recipe_digest,
        code.scheme,
        code.value,
    )


class DecisionsPresenter:
    """Decides about findings of the image in the active viewport.

    Parameters
    ----------
    findings : FindingsPresenter
        Shows the decisions, and names the scores they are about.
    later : callable
    """

    def __init__(self, findings: FindingsPresenter, later: Later) -> None:
        self._findings = findings
        self._image: ImageRef | None = None
        self._reading: OpenReading | None = None
        self._picture = ""
        self._about: tuple[Prediction, int] | None = None
        self._typed = TypedText(self._save_comment, later)

    def follow(self, shown: tuple[ImageRef, OpenReading] | None, picture: str = "") -> None:
        """Decide about this image from now on, None for no image.

        Parameters
        ----------
        shown : (ImageRef, OpenReading) or None
        picture : str
            `Radiograph.key` of the image's pixels.
        """
        self._typed.flush()
        if self._reading is not None:
            self._reading.unlisten(self._changed)
        self._image, self._reading = shown or (None, None)
        self._picture, self._about = picture, None
        if self._reading is not None:
            self._reading.listen(self._changed)
        self._changed()

    def agree(self) -> None:
        """Agree with the chosen finding, or take that back."""
        self.decide(Verdict.AGREE)

    def disagree(self) -> None:
        """Disagree with the chosen finding, or take that back."""
        self.decide(Verdict.DISAGREE)

    def decide(self, verdict: Verdict, number: int | None = None, head: str = "") -> bool:
        """Decide about a finding, by default the chosen one; the same verdict once more takes it back."""
        self._typed.flush()
        score = self._findings.score_at(number, head)
        if score is None:
            return False
        before = self.of(*score)
        if before is not None and before.verdict is verdict:
            verdict = Verdict.UNDECIDED
        return self._save(score, verdict, "" if before is None else before.comment)

    def comment(self, text: str, number: int | None = None, head: str = "") -> None:
        """Take what the reader types about a finding; it is saved within half a second."""
        score = self._findings.score_at(number, head)
        if score is None:
            return
        if self._about is not None and not _same(self._about, score):
            self._typed.flush()
        self._about = score
        self._typed.typed(text[:MAX_COMMENT])

    def flush(self) -> None:
        """Save what was typed now."""
        self._typed.flush()

    def of(self, prediction: Prediction, number: int) -> Decision | None:
        """Return the decision about a score of the image at hand."""
        if self._reading is None or self._image is None:
            return None
        return self._reading.reading.decisions.get(finding_ref(self._image, prediction, number))

    # Inside.

    def _save_comment(self, text: str, spell: int) -> None:
        score = self._about
        if score is not None:
            before = self.of(*score)
            self._save(score, Verdict.UNDECIDED if before is None else before.verdict, text, f"comment {spell}")

    def _save(self, score: tuple[Prediction, int], verdict: Verdict, comment: str, merge: str = "") -> bool:
        if self._reading is None or self._image is None:
            return False
        prediction, number = score
        one = prediction.scores[number]
        key, before = finding_ref(self._image, prediction, number), self.of(prediction, number)
        after: Decision | None = None
        if verdict is not Verdict.UNDECIDED or comment:
            name = one.spec.code.meaning[:1024]
            after = Decision(verdict, name, one.probability, one.spec.threshold, comment, one.interval)
        if before == after:
            return False
        if after is not None:
            self._reading.drawn_on(self._image, self._picture)
        label = "comment" if merge else "decision"
        merge = f"{merge} {key.head} {key.code}" if merge else ""
        return self._reading.do(Edit(label, (SetDecision(key, before, after),), merge))

    def _changed(self) -> None:
        self._findings.show_decisions(self.of)


def _same(one: tuple[Prediction, int], other: tuple[Prediction, int]) -> bool:
    return one[0] is other[0] and one[1] == other[1]
