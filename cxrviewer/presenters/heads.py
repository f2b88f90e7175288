"""Decides what the Heads dialog shows and what its buttons do. Knows no widget."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import ApprovalRejectedError, CxrError, HeadError
from cxrviewer.heads.contract import DiscoveredHead
from cxrviewer.heads.package.files import CARD_NAME, MAX_CARD_BYTES, read_file, sha256
from cxrviewer.heads.registry.approval import Request
from cxrviewer.heads.registry.store import INSTALL_LIMITS, HeadStore, Installed, switched_on
from cxrviewer.heads.runtime.runner import Limits
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.head_details import (
    approval_of,
    facts,
    finding_line,
    head_title,
    row_detail,
)
from cxrviewer.presenters.head_installs import InstallOrder, InstallQueue, installed, rejected, shown_problems
from cxrviewer.presenters.heads_state import (
    HeadDetail,
    HeadPreferences,
    HeadRow,
    HeadsState,
    HeadStatus,
    HeadsView,
    Notice,
)
from cxrviewer.presenters.messages import sentence
from cxrviewer.text import tr, translated

__all__ = ["HeadDetail", "HeadPreferences", "HeadRow", "HeadsPresenter", "HeadsState", "HeadsView", "Notice"]

logger = logging.getLogger(__name__)

T = TypeVar("T")
SLOT = "heads"


class _Entry(Struct, frozen=True):
    head: DiscoveredHead
    shipped: bool
    own: bool
    request: Request | None = None
    card: str = ""

    @property
    def key(self) -> str:
        return str(self.head.folder)

    @property
    def id(self) -> str:
        return self.head.manifest.id if self.head.manifest is not None else ""


class HeadsPresenter:
    """Lists, installs, chooses, switches and removes heads; the disk is touched off the GUI thread only.

    Parameters
    ----------
    store : HeadStore
    jobs : JobRunner
    preferences : HeadPreferences
    restart : callable
        Starts the heads that are on and ends the others; those that stayed the same go on as they are.
    """

    def __init__(
        self,
        store: HeadStore,
        jobs: JobRunner,
        preferences: HeadPreferences,
        restart: Callable[[], None],
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._preferences = preferences
        self._restart = restart
        self._view: HeadsView | None = None
        self._entries: tuple[_Entry, ...] = ()
        self._chosen = ""
        self._busy = ""
        self._step = _Step()
        self._installs = InstallQueue()
        self._notice: Notice | None = None
        self._removed = self._removed_title = ""
        self._started: tuple[tuple[str, str], ...] | None = None
        """Id and digest of the heads that are on, as this dialog last had them started; None before that."""

    @property
    def attached(self) -> bool:
        return self._view is not None

    def attach(self, view: HeadsView) -> None:
        """Show everything on `view` from now on; the head that was removed last can still be brought back."""
        gone = self._removed and all(entry.head.folder.name != self._removed for entry in self._entries)
        self._view, self._notice = view, self._removal() if gone else None
        self._show()
        self._look(tr("Looking for model heads…"))

    def detach(self) -> None:
        """Forget the view; an installation that is going on is cancelled and leaves nothing, like all that wait."""
        self._jobs.cancel(SLOT)
        self._installs = InstallQueue()
        self._view, self._busy = None, ""

    def tick(self) -> None:
        """Show how far an installation is; called now and then by the view, on its thread."""
        words = f"{self._installs.place}{self._step.words}"
        if self._busy and self._step.words and words != self._busy:
            self._busy = words
            self._show()

    def choose(self, key: str) -> None:
        """Show the details of a head."""
        if key != self._chosen and any(entry.key == key for entry in self._entries):
            self._chosen = key
            self._show()

    def install(self, source: Path, *, limits: Limits = INSTALL_LIMITS, accept_key: str = "") -> None:
        """Install a pack, after those that are being installed; its reasons are shown when it is rejected."""
        self._order(InstallOrder(source, limits, accept_key))

    def install_all(self, sources: Sequence[Path]) -> None:
        """Install several packs one after another; each has its result, whatever becomes of the others."""
        self._order(*(InstallOrder(source) for source in sources))

    def accept_offer(self, number: int = 0) -> None:
        """Go on with what was rejected, as the button of a result says."""
        again = self._installs.take_offer(number)
        if again is not None:
            self._order(again)

    def approve(self, key: str, digest: str) -> None:
        """Let a Python head run: the person has read the warning, the files and this digest."""
        entry = self._entry(key)
        if entry is None:
            return
        head, store = entry.head, self._store

        def work(cancel: CancelToken) -> tuple[_Entry, ...]:
            store.approvals.approve(head, digest, cancel)
            return _read(store)

        def done(entries: tuple[_Entry, ...]) -> None:
            self._notice = Notice(tr("{head_title} is approved, and every check passed.", head_title=head_title(head)))
            self._found(entries)
            self._follow()

        self._run(tr("Running the program's checks in a process of its own…"), work, done)

    def withdraw(self, key: str) -> None:
        """Take the approval of a Python head back."""
        entry = self._entry(key)
        if entry is None:
            return
        head, store = entry.head, self._store

        def work(cancel: CancelToken) -> tuple[_Entry, ...]:
            store.approvals.withdraw(head.digest)
            return _read(store)

        def done(entries: tuple[_Entry, ...]) -> None:
            self._notice = Notice(tr("{head_title} does not run any more.", head_title=head_title(head)))
            self._found(entries)
            self._follow()

        self._run(tr("Withdrawing…"), work, done)

    def cancel(self) -> None:
        """Stop what is going on."""
        self._jobs.cancel(SLOT)
        self._busy = ""
        self._installs.cancel()
        several = len(self._installs.results) > 1
        self._notice = self._installs.notice() if several else Notice(tr("Cancelled; nothing was changed."))
        self._installs = InstallQueue()
        self._look("")

    def use(self, key: str) -> None:
        """Make this the default head, shown before the others; switches it on where it was off."""
        entry = self._entry(key)
        if entry is not None and entry.id and not entry.head.problems:
            self._keep(entry.id, tuple(one for one in self._preferences.disabled if one != entry.id))

    def set_enabled(self, key: str, enabled: bool) -> None:
        """Switch a head on or off. Every head that is on scores every image."""
        entry = self._entry(key)
        if entry is None or not entry.id:
            return
        others = tuple(one for one in self._preferences.disabled if one != entry.id)
        self._keep(self._preferences.default, others if enabled else (*others, entry.id))

    def remove(self, key: str) -> None:
        """Take a head out of use; `undo` brings it back."""
        entry = self._entry(key)
        if entry is None or not entry.own:
            return
        name, title, store = entry.head.folder.name, head_title(entry.head), self._store

        def work(cancel: CancelToken) -> tuple[_Entry, ...]:
            store.remove(name)
            return _read(store)

        def done(entries: tuple[_Entry, ...]) -> None:
            self._removed, self._removed_title = name, title
            self._notice = self._removal()
            self._found(entries)
            self._follow()

        self._run(tr("Removing…"), work, done)

    def undo(self) -> None:
        """Bring back the head that was removed last."""
        name, store = self._removed, self._store
        if not name:
            return

        def work(cancel: CancelToken) -> tuple[Path, tuple[_Entry, ...]]:
            return store.restore(name), _read(store)

        def done(answer: tuple[Path, tuple[_Entry, ...]]) -> None:
            self._removed, self._chosen = "", str(answer[0])
            self._notice = Notice(tr("The model head is back."))
            self._found(answer[1])
            self._follow()

        self._run(tr("Bringing it back…"), work, done)

    # Inside.

    def _removal(self) -> Notice:
        return Notice(tr("Removed {title}.", title=self._removed_title), undo=tr("Undo"))

    def _order(self, *orders: InstallOrder) -> None:
        self._installs.add(orders)
        if self._installs.going is None:
            self._next_install()

    def _next_install(self) -> None:
        order = self._installs.begin()
        if order is None:
            self._installed_all()
            return
        store, step = self._store, _Step()
        self._step, self._notice = step, None
        self._busy = tr("{place}Copying the pack…", place=self._installs.place)

        def work(cancel: CancelToken) -> tuple[Installed, tuple[_Entry, ...]]:
            done = store.install(
                order.source, limits=order.limits, accept_key=order.accept_key, cancel=cancel, on_step=step.note
            )
            return done, _read(store)

        def done(answer: tuple[Installed, tuple[_Entry, ...]]) -> None:
            self._installed(order, *answer)
            self._next_install()

        def failed(error: Exception) -> None:
            self._installs.end(rejected(order, error))
            self._next_install()

        self._jobs.submit(Lane.HEADS, SLOT, work, on_done=done, on_failed=failed)
        self._show()

    def _installed(self, order: InstallOrder, done: Installed, entries: tuple[_Entry, ...]) -> None:
        self._chosen, self._entries = str(done.folder), entries
        self._installs.end(installed(order, done, off=done.manifest.id in self._preferences.disabled))
        if not done.unchanged:
            self._started = ()  # whatever was on before, the new one is not among it

    def _installed_all(self) -> None:
        self._notice = self._installs.notice()
        if self._entries:
            self._found(self._entries)
            self._follow()
        else:  # a pack dropped on the window took the place of the first look
            self._look("")

    def _look(self, words: str) -> None:
        store = self._store

        def done(entries: tuple[_Entry, ...]) -> None:
            self._found(entries)
            # Heads may have come or gone since the window started: by a command, by hand, by another window.
            self._follow()

        self._run(words, lambda cancel: _read(store), done)

    def _run(self, words: str, work: Callable[[CancelToken], T], done: Callable[[T], None]) -> None:
        if self._installs.going is not None:
            return  # a click from before its button was off; this job would take the place of the installation
        self._busy, self._step = words, _Step()
        self._jobs.submit(Lane.HEADS, SLOT, work, on_done=done, on_failed=self._failed)
        self._show()

    def _found(self, entries: tuple[_Entry, ...]) -> None:
        self._busy, self._entries = "", entries
        keys = [entry.key for entry in entries]
        if self._chosen not in keys:
            first = next((entry.key for entry in entries if entry.id and entry.id == self._default()), "")
            self._chosen = first or (keys[0] if keys else "")
        self._show()

    def _failed(self, error: Exception) -> None:
        self._busy = ""
        if isinstance(error, ApprovalRejectedError):
            title = tr("The program was not approved and does not run.")
            self._notice = Notice(title, shown_problems(error.problems), True)
        else:
            self._notice = Notice(sentence(error, tr("This")), wrong=True)
        self._show()

    def _keep(self, default: str, disabled: tuple[str, ...]) -> None:
        self._notice = None
        try:
            self._preferences.keep(default, disabled)
        except CxrError as error:
            self._notice = Notice(translated(error.user_message), wrong=True)
        self._follow()

    def _follow(self) -> None:
        """Start the heads that are on, unless these are the ones that run."""
        if self._on() != self._started:
            self._started = self._on()
            self._restart()
        self._show()

    def _on(self) -> tuple[tuple[str, str], ...]:
        """Return (id, digest) of the heads that are on, the default one first."""
        digests = {entry.id: entry.head.digest for entry in self._entries}
        heads = switched_on((e.head for e in self._entries), self._preferences.default, self._preferences.disabled)
        return tuple((h.manifest.id, digests[h.manifest.id]) for h in heads if h.manifest is not None)

    def _default(self) -> str:
        """Return the id of the head whose findings come first."""
        return next((name for name, _ in self._on()), "")

    def _entry(self, key: str) -> _Entry | None:
        return next((entry for entry in self._entries if entry.key == key), None)

    def _show(self) -> None:
        if self._view is None:
            return
        default = self._default()
        rows = tuple(self._row(entry, default) for entry in self._entries)
        entry = self._entry(self._chosen)
        detail = self._detail(entry, default) if entry is not None else None
        self._view.show_heads(HeadsState(rows, detail, self._busy, self._notice))

    def _status(self, entry: _Entry, default: str) -> HeadStatus:
        if entry.request is not None:
            return HeadStatus.AWAITS_APPROVAL
        if entry.head.problems:
            return HeadStatus.NOT_USABLE
        if entry.id in self._preferences.disabled:
            return HeadStatus.OFF
        return HeadStatus.DEFAULT if entry.id == default else HeadStatus.ON

    def _row(self, entry: _Entry, default: str) -> HeadRow:
        head = entry.head
        wrong = bool(head.problems) and entry.request is None
        return HeadRow(
            entry.key, head_title(head), row_detail(head, entry.shipped), self._status(entry, default), wrong=wrong
        )

    def _detail(self, entry: _Entry, default: str) -> HeadDetail:
        m, status = entry.head.manifest, self._status(entry, default)
        usable = m is not None and not entry.head.problems
        return HeadDetail(
            key=entry.key,
            title=head_title(entry.head),
            status=status,
            facts=facts(m, entry.head, entry.shipped) if m is not None else (),
            findings=tuple(finding_line(m, finding) for finding in m.findings) if m is not None else (),
            reasons=tuple(translated(p) for p in entry.head.problems) if entry.request is None else (),
            enabled=status is not HeadStatus.OFF,
            can_use=usable and status is not HeadStatus.DEFAULT and not self._busy,
            can_switch=usable and not self._busy,
            can_remove=entry.own and not self._busy,
            approval=approval_of(entry.request),
            can_withdraw=entry.head.approved,
            card=entry.card,
        )


class _Step:
    """What a worker is doing: written there, read by `HeadsPresenter.tick`."""

    def __init__(self) -> None:
        self.words = ""

    def note(self, words: str) -> None:
        self.words = words


def _read(store: HeadStore) -> tuple[_Entry, ...]:
    """Look at all heads; on a worker's thread."""
    heads = store.discover()
    return tuple(_Entry(h, store.is_shipped(h), store.is_own(h), _request(store, h), model_card(h)) for h in heads)


def model_card(head: DiscoveredHead) -> str:
    """Return the model card, empty where there is none or not the one that the manifest names."""
    stated = dict(head.manifest.files).get(CARD_NAME) if head.manifest is not None else None
    if stated is None:
        return ""
    try:
        data = read_file(head.folder, CARD_NAME, MAX_CARD_BYTES)
    except HeadError:
        return ""
    return data.decode("utf-8", "replace") if sha256(data) == stated else ""


def _request(store: HeadStore, head: DiscoveredHead) -> Request | None:
    if not head.awaits_approval:
        return None
    try:
        return store.approvals.request(head)
    except Exception as error:  # one head that cannot be asked about hides none of the others
        if not isinstance(error, HeadError):  # a `HeadError` is what its row shows anyway
            logger.warning("a head could not be looked at for its approval", exc_info=error)
        return None
