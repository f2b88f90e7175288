"""What the Heads dialog says of one head, in words."""

from __future__ import annotations

from dataclasses import dataclass

from cxrviewer.heads.contract import DiscoveredHead, FindingSpec, HeadManifest
from cxrviewer.heads.registry.approval import WARNING, Request
from cxrviewer.heads.registry.store import Installed


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
class Approval:
    """A Python head that nobody has approved yet: what a person reads before doing so."""

    warning: str
    files: tuple[tuple[str, str], ...]
    digest: str


def head_title(head: DiscoveredHead) -> str:
    """Return its title, or the name of its folder where it has none."""
    if head.manifest is not None:
        return head.manifest.title
    return head.folder.name if head.folder.name.isprintable() else ascii(head.folder.name)


def row_detail(head: DiscoveredHead, shipped: bool) -> str:
    """Return the second line of a row: version, whether it is signed, id."""
    m = head.manifest
    if m is None:
        return "head.toml cannot be used"
    signed = "bad signature" if head.bad_signature else "signed" if head.signer else "unsigned"
    return f"{m.version} · {'shipped' if shipped else signed} · {m.id}"


def signature_words(head: DiscoveredHead, shipped: bool) -> str:
    """Return who signed a head, as far as that is known: a key. Nobody vouches for the names in a head."""
    if head.bad_signature:
        return "its signature does not fit: the head was changed, or is another one"
    if head.signer:
        return f"signed with the key {head.signer} ({'a known key' if head.known_key else 'a key not known here'})"
    return "not signed; it is part of the program" if shipped else "unsigned: nothing shows who made it"


def facts(m: HeadManifest, head: DiscoveredHead, shipped: bool) -> tuple[tuple[str, str], ...]:
    """Return names and values of everything a head says of itself."""
    origin = "came with the program" if shipped else "installed on this computer"
    if head.package:
        origin = f"of the Python package {head.package}"
    approved = "approved on this computer" if head.approved else "does not run before you approve it"
    return (
        ("Version", f"{m.version} · {m.id}"),
        ("Origin", origin),
        ("Signature", signature_words(head, shipped)),
        *((("Kind", f"a Python program, {approved}"),) if m.program else ()),
        ("Authors", ", ".join(m.authors)),
        ("Licence", m.license),
        ("Intended use", m.intended_use),
        ("Not for", m.not_for),
        ("Explanation", _explanation(m)),
        *((("Reads", f"the features of {m.backbone.id} {m.backbone.version}"),) if m.backbone is not None else ()),
        ("Program" if m.program else "Model", f"SHA-256 {m.model.sha256}"),
        ("Manifest", f"SHA-256 {head.digest}"),
    )


def _explanation(m: HeadManifest) -> str:
    if m.model.maps:
        return m.explanation.method
    return "no maps of its own; by occlusion when asked for" if m.maps_on_request else "makes no maps"


def finding_line(m: HeadManifest, finding: FindingSpec) -> FindingLine:
    """Return a line of the table of evidence."""
    auc = finding.auc
    validated = m.validated(finding)
    threshold = f"{100 * finding.threshold:.0f} %" if validated else "not validated"
    if auc is None:
        return FindingLine(finding.code.meaning, threshold, "no evidence", "", "", validated)
    words = f"{auc.value:.2f} ({auc.low:.2f}–{auc.high:.2f})"
    positives = f"{auc.positives:,} of {auc.n:,}"
    return FindingLine(finding.code.meaning, threshold, words, positives, auc.data, validated)


def approval_of(request: Request | None) -> Approval | None:
    """Return what is asked about a program, None where nothing is."""
    if request is None:
        return None
    files = tuple((name, f"{size:,} bytes") for name, size in request.files)
    return Approval(WARNING, files, request.digest)


def installed_words(done: Installed, *, off: bool) -> tuple[str, tuple[str, ...]]:
    """Return what an installation did, as a title and lines below it; `off`: the head is switched off."""
    m = done.manifest
    if done.unchanged:
        return f"{m.title} {m.version} is installed already; nothing was changed.", ()
    if m.program:
        return f"Installed {m.title} {m.version}. It is a program and waits for your approval.", _key_words(done)
    if done.replaced:
        return f"Installed {m.title} {m.version} in place of {done.replaced}.", _key_words(done)
    follows = "It is switched off." if off else "It reads films from now on."
    return f"Installed {m.title} {m.version}. {follows}", _key_words(done)


def _key_words(done: Installed) -> tuple[str, ...]:
    if not done.signer:
        return ("It is not signed: nothing shows who made it.",)
    if not done.new_key:
        return ()
    return (f"Signed with the key {done.signer}, seen for the first time: compare it with what its author says.",)
