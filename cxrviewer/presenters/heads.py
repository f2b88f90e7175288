"""Decides what the Heads dialog shows and what its buttons do. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from cxrviewer.errors import CxrError, HeadRejectedError, PackRefusedError
from cxrviewer.heads.contract import CancelToken, DiscoveredHead, FindingSpec, HeadManifest
from cxrviewer.heads.store import HeadStore, Installed, head_digest, switched_on
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.words import counted, sentence

T = TypeVar("T")
SLOT = "heads"
SHOWN_PROBLEMS = 40


@dataclass(frozen=True, slots=True)
class HeadRow:
    """A line of the list; `key` names it to the presenter."""

    key: str
    title: str
    detail: str
    status: str
    wrong: bool


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding and its evidence; texts of what there is none of are empty."""

    name: str
    threshold: str
    auc: str
    positives: str
    data: str
    validated: bool


@dataclass(frozen=True, slots=True)
class HeadDetail:
    """Everything a head says of itself, and what may be done with it."""

    key: str
    title: str
    status: str
    facts: tuple[tuple[str, str], ...]
    findings: tuple[FindingLine, ...]
    reasons: tuple[str, ...]
    enabled: bool
    can_use: bool
    can_switch: bool
    can_remove: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """What the last command did, or why it was refused; `undo` is the text of the button, empty for none."""

    title: str
    problems: tuple[str, ...] = ()
    wrong: bool = False
    undo: str = ""


@dataclass(frozen=True, slots=True)
class HeadsState:
    """The whole dialog. `busy` is what is being done, empty when nothing is."""

    rows: tuple[HeadRow, ...]
    chosen: HeadDetail | None
    busy: str
    notice: Notice | None


class HeadsView(Protocol):
    """What the presenter needs of the dialog."""

    def show_heads(self, state: HeadsState) -> None: ...


class HeadPreferences(Protocol):
    """The settings about heads. `keep` raises `SettingsError` where they cannot be written."""

    @property
    def default(self) -> str: ...
    @property
    def disabled(self) -> tuple[str, ...]: ...
    def keep(self, default: str, disabled: tuple[str, ...]) -> None: ...


@dataclass(frozen=True, slots=True)
class _Entry:
    head: DiscoveredHead
    digest: str
    shipped: bool

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
        self._step = ""
        self._notice: Notice | None = None
        self._removed = ""
        self._started: tuple[tuple[str, str], ...] | None = None
        """Id and digest of the heads that are on, as they were last started."""

    @property
    def attached(self) -> bool:
        return self._view is not None

    def attach(self, view: HeadsView) -> None:
        """Show everything on `view` from now on."""
        self._view, self._notice = view, None
        self._show()
        self._look("Looking for model heads…")

    def detach(self) -> None:
        """Forget the view; an installation that is going on is cancelled and leaves nothing."""
        self._jobs.cancel(SLOT)
        self._view, self._busy = None, ""

    def tick(self) -> None:
        """Show how far an installation is; called now and then by the view, on its thread."""
        if self._busy and self._step and self._step != self._busy:
            self._busy = self._step
            self._show()

    def choose(self, key: str) -> None:
        """Show the details of a head."""
        if key != self._chosen and any(entry.key == key for entry in self._entries):
            self._chosen = key
            self._show()

    def install(self, source: Path) -> None:
        """Install a pack; its reasons are shown when it is refused."""
        self._busy, self._step, self._notice = "Copying the pack…", "", None

        def work(cancel: CancelToken) -> tuple[Installed, tuple[_Entry, ...]]:
            return self._store.install(source, cancel=cancel, on_step=self._note), self._read()

        self._jobs.submit(Lane.HEADS, SLOT, work, on_done=self._installed, on_failed=self._refused)
        self._show()

    def cancel(self) -> None:
        """Stop what is going on."""
        self._jobs.cancel(SLOT)
        self._busy = ""
        self._notice = Notice("Cancelled; nothing was changed.")
        self._look("")

    def use(self, key: str) -> None:
        """Make this the default head, shown before the others; switches it on where it was off."""
        entry = self._entry(key)
        if entry is not None and entry.id and not entry.head.problems:
            self._keep(entry.id, tuple(one for one in self._preferences.disabled if one != entry.id))

    def set_enabled(self, key: str, enabled: bool) -> None:
        """Switch a head on or off. Every head that is on scores every film."""
        entry = self._entry(key)
        if entry is None or not entry.id:
            return
        others = tuple(one for one in self._preferences.disabled if one != entry.id)
        self._keep(self._preferences.default, others if enabled else (*others, entry.id))

    def remove(self, key: str) -> None:
        """Take a head out of use; `undo` brings it back."""
        entry = self._entry(key)
        if entry is None or entry.shipped:
            return
        name, title = entry.head.folder.name, _title(entry.head)

        def work(cancel: CancelToken) -> tuple[_Entry, ...]:
            self._store.remove(name)
            return self._read()

        def done(entries: tuple[_Entry, ...]) -> None:
            self._removed = name
            self._notice = Notice(f"Removed {title}.", undo="Undo")
            self._found(entries)
            self._follow()

        self._run("Removing…", work, done)

    def undo(self) -> None:
        """Bring back the head that was removed last."""
        name = self._removed
        if not name:
            return

        def work(cancel: CancelToken) -> tuple[Path, tuple[_Entry, ...]]:
            return self._store.restore(name), self._read()

        def done(answer: tuple[Path, tuple[_Entry, ...]]) -> None:
            self._removed, self._chosen = "", str(answer[0])
            self._notice = Notice("The model head is back.")
            self._found(answer[1])
            self._follow()

        self._run("Bringing it back…", work, done)

    # Inside.

    def _note(self, step: str) -> None:
        self._step = step  # from a worker's thread: one reference, read by `tick`

    def _read(self) -> tuple[_Entry, ...]:
        heads = self._store.discover()
        return tuple(_Entry(head, _digest(head), self._store.is_shipped(head)) for head in heads)

    def _look(self, words: str) -> None:
        self._run(words, lambda cancel: self._read(), self._found)

    def _run(self, words: str, work: Callable[[CancelToken], T], done: Callable[[T], None]) -> None:
        self._busy, self._step = words, ""
        self._jobs.submit(Lane.HEADS, SLOT, work, on_done=done, on_failed=self._failed)
        self._show()

    def _found(self, entries: tuple[_Entry, ...]) -> None:
        self._busy, self._entries = "", entries
        if self._started is None:
            self._started = self._on()
        keys = [entry.key for entry in entries]
        if self._chosen not in keys:
            first = next((entry.key for entry in entries if entry.id and entry.id == self._default()), "")
            self._chosen = first or (keys[0] if keys else "")
        self._show()

    def _installed(self, answer: tuple[Installed, tuple[_Entry, ...]]) -> None:
        done, entries = answer
        m = done.manifest
        self._chosen = str(done.folder)
        if done.unchanged:
            self._notice = Notice(f"{m.title} {m.version} is installed already; nothing was changed.")
        elif done.replaced:
            self._notice = Notice(f"Installed {m.title} {m.version} in place of {done.replaced}.")
        elif m.id in self._preferences.disabled:
            self._notice = Notice(f"Installed {m.title} {m.version}. It is switched off.")
        else:
            self._notice = Notice(f"Installed {m.title} {m.version}. It reads films from now on.")
        if not done.unchanged:
            self._started = ()  # whatever was on before, the new one is not among it
        self._found(entries)
        self._follow()

    def _refused(self, error: Exception) -> None:
        self._failed(error)
        if not self._entries:  # a pack dropped on the window took the place of the first look
            self._look("")

    def _failed(self, error: Exception) -> None:
        self._busy = ""
        if isinstance(error, PackRefusedError):
            more = len(error.problems) - SHOWN_PROBLEMS
            problems = error.problems[:SHOWN_PROBLEMS]
            if more > 0:
                problems = (*problems, f"… and {counted(more, 'more reason', 'more reasons')}")
            self._notice = Notice(
                "The model head was not installed. Nothing of it is on this computer.", problems, True
            )
        else:
            self._notice = Notice(sentence(error, "This"), wrong=True)
        self._show()

    def _keep(self, default: str, disabled: tuple[str, ...]) -> None:
        self._notice = None
        try:
            self._preferences.keep(default, disabled)
        except CxrError as error:
            self._notice = Notice(error.user_message, wrong=True)
        self._follow()

    def _follow(self) -> None:
        """Start the heads that are on, unless these are the ones that run."""
        if self._on() != self._started:
            self._started = self._on()
            self._restart()
        self._show()

    def _on(self) -> tuple[tuple[str, str], ...]:
        """Return (id, digest) of the heads that are on, the default one first."""
        digests = {entry.id: entry.digest for entry in self._entries}
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

    def _status(self, entry: _Entry, default: str) -> str:
        if entry.head.problems:
            return "not usable"
        if entry.id in self._preferences.disabled:
            return "off"
        return "default" if entry.id == default else "on"

    def _row(self, entry: _Entry, default: str) -> HeadRow:
        m = entry.head.manifest
        detail = f"{m.version} · {m.id}" if m is not None else "no readable head.toml"
        return HeadRow(
            entry.key, _title(entry.head), detail, self._status(entry, default), wrong=bool(entry.head.problems)
        )

    def _detail(self, entry: _Entry, default: str) -> HeadDetail:
        m, status = entry.head.manifest, self._status(entry, default)
        usable = m is not None and not entry.head.problems
        return HeadDetail(
            key=entry.key,
            title=_title(entry.head),
            status=status,
            facts=_facts(m, entry) if m is not None else (),
            findings=tuple(_line(m, finding) for finding in m.findings) if m is not None else (),
            reasons=entry.head.problems,
            enabled=status != "off",
            can_use=usable and status != "default" and not self._busy,
            can_switch=usable and not self._busy,
            can_remove=not entry.shipped and not self._busy,
        )


def _title(head: DiscoveredHead) -> str:
    if head.manifest is not None:
        return head.manifest.title
    return head.folder.name if head.folder.name.isprintable() else ascii(head.folder.name)


def _digest(head: DiscoveredHead) -> str:
    try:
        return head_digest(head.folder)
    except HeadRejectedError:
        return ""


def _facts(m: HeadManifest, entry: _Entry) -> tuple[tuple[str, str], ...]:
    origin = "came with the program" if entry.shipped else "installed on this computer · unsigned"
    return (
        ("Version", f"{m.version} · {m.id}"),
        ("Origin", origin),
        ("Authors", ", ".join(m.authors)),
        ("Licence", m.license),
        ("Intended use", m.intended_use),
        ("Not for", m.not_for),
        ("Explanation", m.explanation.method if m.model.maps else "no maps of its own; by occlusion when asked for"),
        *((("Reads", f"the features of {m.backbone.id} {m.backbone.version}"),) if m.backbone is not None else ()),
        ("Model", f"SHA-256 {m.model.sha256}"),
        ("Manifest", f"SHA-256 {entry.digest}"),
    )


def _line(m: HeadManifest, finding: FindingSpec) -> FindingLine:
    auc = finding.auc
    validated = m.validated(finding)
    threshold = f"{100 * finding.threshold:.0f} %" if validated else "not validated"
    if auc is None:
        return FindingLine(finding.code.meaning, threshold, "no evidence", "", "", validated)
    words = f"{auc.value:.2f} ({auc.low:.2f}–{auc.high:.2f})"
    positives = f"{auc.positives:,} of {auc.n:,}"
    return FindingLine(finding.code.meaning, threshold, words, positives, auc.data, validated)
