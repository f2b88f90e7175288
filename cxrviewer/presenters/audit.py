"""Decides what the dialog of the local audit shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from cxrviewer.atomic import write_bytes
from cxrviewer.cancel import CancelToken
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.messages import sentence
from cxrviewer.reading.document import Reading
from cxrviewer.reading.shelf import shelved
from cxrviewer.reports.audit import HeadAudit, Share, as_csv, audit_of, missing_words
from cxrviewer.text import looked_up, tr, tr_n, translated

SLOT = "audit"
WRITE_SLOT = "audit file"


class AuditCell(Struct, frozen=True):
    """A cell of the table; `more` explains it in a tooltip and to a screen reader."""

    text: str
    more: str = ""


class AuditPage(Struct, frozen=True):
    """The table of one head version."""

    title: str
    detail: str
    rows: tuple[tuple[AuditCell, ...], ...]


class AuditState(Struct, frozen=True):
    """What the dialog shows.

    Attributes
    ----------
    busy : bool
    message : str
        In place of the table: why there is none.
    notice : str
        Below the table: what could not be counted.
    pages : tuple of AuditPage
        One for each head version.
    """

    busy: bool
    message: str
    notice: str
    pages: tuple[AuditPage, ...]


class AuditView(Protocol):
    """What the presenter needs of the dialog."""

    def show_audit(self, state: AuditState) -> None: ...


def columns() -> tuple[str, ...]:
    """Return the headings of the table."""
    return (
        tr("Finding"),
        tr("Decided"),
        tr("Missing"),
        tr("Agreement"),
        tr("Present of flagged"),
        tr("Flagged of present"),
        tr("Not flagged of absent"),
    )


class AuditPresenter:
    """Counts the decisions in all journals of this computer; nothing of it is kept or sent.

    Parameters
    ----------
    jobs : JobRunner
    folder : Path or None
        Where the journals lie; None for none.
    heads : callable
        Returns the titles of heads by id.
    notify : callable
    """

    def __init__(
        self,
        jobs: JobRunner,
        folder: Path | None,
        heads: Callable[[], Mapping[str, str]],
        notify: Callable[[str], None],
    ) -> None:
        self._jobs, self._folder, self._heads, self._notify = jobs, folder, heads, notify
        self._view: AuditView | None = None
        self._audits: tuple[HeadAudit, ...] = ()

    def attach(self, view: AuditView) -> None:
        """Count anew and show the result."""
        self._view = view
        folder = self._folder
        view.show_audit(AuditState(True, tr("Counting the decisions…"), "", ()))

        def work(cancel: CancelToken) -> tuple[tuple[HeadAudit, ...], int]:
            readings: list[Reading] = []
            unreadable = 0
            for one in shelved(folder, cancel) if folder is not None else ():
                if one.reading is None:
                    unreadable += 1
                else:
                    readings.append(one.reading)
            return audit_of(readings), unreadable

        self._jobs.submit(Lane.INDEX, SLOT, work, on_done=self._counted, on_failed=self._failed)

    def detach(self) -> None:
        self._view = None
        self._jobs.cancel(SLOT)

    def export(self, path: Path) -> None:
        """Write the audit as CSV, whole or not at all."""
        data = as_csv(self._audits).encode("utf-8")

        def work(_: CancelToken) -> None:
            write_bytes(path, data)

        self._jobs.submit(
            Lane.INDEX,
            WRITE_SLOT,
            work,
            on_done=lambda _: self._notify(tr("The audit was saved.")),
            on_failed=self._not_written,
        )

    # Inside.

    def _counted(self, found: tuple[tuple[HeadAudit, ...], int]) -> None:
        self._audits, unreadable = found
        notice = ""
        if unreadable:
            notice = tr_n(
                "{n} reading could not be read and is not counted.",
                "{n} readings could not be read and are not counted.",
                unreadable,
            )
        message = "" if self._audits else tr("No decision yet. Agree or disagree with findings first.")
        titles = self._heads()
        pages = tuple(_page(audit, titles) for audit in self._audits)
        self._show(AuditState(False, message, notice, pages))

    def _failed(self, error: Exception) -> None:
        self._audits = ()
        words = tr("The folder of the readings cannot be read; check the disk.")
        message = words if isinstance(error, OSError) else sentence(error, tr("Counting the decisions"))
        self._show(AuditState(False, message, "", ()))

    def _not_written(self, error: Exception) -> None:
        words = tr("The audit was not saved; check the folder, and that the disk has room.")
        self._notify(words if isinstance(error, OSError) else sentence(error, tr("Saving the audit")))

    def _show(self, state: AuditState) -> None:
        if self._view is not None:
            self._view.show_audit(state)


def _page(audit: HeadAudit, titles: Mapping[str, str]) -> AuditPage:
    key = audit.key
    title = f"{titles.get(key.head, key.head)} {key.version}"
    images = tr_n("{n} image with decisions", "{n} images with decisions", audit.images)
    rows = []
    for one in audit.findings:
        why = translated(missing_words(one))
        missing = tr("{missing} of {images} images without a verdict", missing=one.missing, images=one.images)
        counts = tr(
            "flagged: {a} agree, {b} disagree; not flagged: {c} agree, {d} disagree",
            a=one.flagged_agree,
            b=one.flagged_disagree,
            c=one.unflagged_agree,
            d=one.unflagged_disagree,
        )
        shares = (one.agreement, one.present_of_flagged, one.flagged_of_present, one.unflagged_of_absent)
        rows.append(
            (
                AuditCell(looked_up(one.name)),
                AuditCell(str(one.decided), counts),
                AuditCell(str(one.missing), missing),
                *(AuditCell(_words(given), counts if given is not None else why) for given in shares),
            )
        )
    return AuditPage(title, f"{images} · {key.model[:12]} · {key.head}", tuple(rows))


def _words(given: Share | None) -> str:
    """Return a share with its interval and counts, or that it is not known."""
    if given is None:
        return tr("not known")
    low, high = given.interval
    return f"{100 * given.value:.0f} % ({100 * low:.0f}–{100 * high:.0f}), {given.part}/{given.whole}"
