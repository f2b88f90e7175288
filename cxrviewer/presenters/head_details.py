"""What the Heads dialog shows about one head, in words."""

from __future__ import annotations

from msgspec import Struct

from cxrviewer.heads.contract import DiscoveredHead, FindingSpec, HeadManifest
from cxrviewer.heads.registry.approval import WARNING, Request
from cxrviewer.heads.registry.store import Installed
from cxrviewer.text import looked_up, tr, tr_n, translated


class FindingLine(Struct, frozen=True):
    """A finding and its evidence; texts of what there is none of are empty."""

    name: str
    threshold: str
    auc: str
    positives: str
    data: str
    validated: bool


class Approval(Struct, frozen=True):
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
        return tr("head.toml cannot be used")
    signed = tr("bad signature") if head.bad_signature else tr("signed") if head.signer else tr("unsigned")
    return f"{m.version} · {tr('shipped') if shipped else signed} · {m.id}"


def signature_text(head: DiscoveredHead, shipped: bool) -> str:
    """Return who signed a head, as far as that is known: a key. Nobody vouches for the names in a head."""
    if head.bad_signature:
        return tr("its signature does not fit: the head was changed, or is another one")
    if head.signer:
        if head.known_key:
            return tr("signed with the key {key} (a known key)", key=head.signer)
        return tr("signed with the key {key} (a key not known here)", key=head.signer)
    return tr("not signed; it is part of the program") if shipped else tr("unsigned: nothing shows who made it")


def facts(m: HeadManifest, head: DiscoveredHead, shipped: bool) -> tuple[tuple[str, str], ...]:
    """Return names and values of everything a head declares about itself."""
    origin = tr("came with the program") if shipped else tr("installed on this computer")
    if head.package:
        origin = tr("of the Python package {package}", package=head.package)
    approved = tr("approved on this computer") if head.approved else tr("does not run before you approve it")
    return (
        (tr("Version"), f"{m.version} · {m.id}"),
        (tr("Origin"), origin),
        (tr("Signature"), signature_text(head, shipped)),
        *(((tr("Kind"), tr("a Python program, {approved}", approved=approved)),) if m.program else ()),
        (tr("Authors"), ", ".join(m.authors)),
        (tr("Licence"), m.license),
        (tr("Intended use"), m.intended_use),
        (tr("Not for"), m.not_for),
        (tr("Explanation"), _explanation(m)),
        *(
            ((tr("Reads"), tr("the features of {id} {version}", id=m.backbone.id, version=m.backbone.version)),)
            if m.backbone is not None
            else ()
        ),
        (tr("Program") if m.program else tr("Model"), f"SHA-256 {m.model.sha256}"),
        (tr("Manifest"), f"SHA-256 {head.digest}"),
    )


def _explanation(m: HeadManifest) -> str:
    if m.model.maps:
        return m.explanation.method
    return tr("no maps of its own; by occlusion when asked for") if m.maps_on_request else tr("makes no maps")


def finding_line(m: HeadManifest, finding: FindingSpec) -> FindingLine:
    """Return a line of the table of evidence."""
    auc = finding.auc
    validated = m.validated(finding)
    threshold = f"{100 * finding.threshold:.0f} %" if validated else tr("not validated")
    if auc is None:
        return FindingLine(looked_up(finding.code.meaning), threshold, tr("no evidence"), "", "", validated)
    words = f"{auc.value:.2f} ({auc.low:.2f}–{auc.high:.2f})"
    positives = tr("{positives:,} of {total:,}", positives=auc.positives, total=auc.n)
    return FindingLine(looked_up(finding.code.meaning), threshold, words, positives, auc.data, validated)


def approval_of(request: Request | None) -> Approval | None:
    """Return the question about a program, None where there is none."""
    if request is None:
        return None
    files = tuple((name, tr_n("{n:,} byte", "{n:,} bytes", size)) for name, size in request.files)
    return Approval(translated(WARNING), files, request.digest)


def installed_text(done: Installed, *, off: bool) -> tuple[str, tuple[str, ...]]:
    """Return what an installation did, as a title and lines below it; `off`: the head is switched off."""
    m = done.manifest
    if done.unchanged:
        return tr("{title} {version} is installed already; nothing was changed.", title=m.title, version=m.version), ()
    if m.program:
        return tr(
            "Installed {title} {version}. It is a program and waits for your approval.",
            title=m.title,
            version=m.version,
        ), _key_text(done)
    if done.replaced:
        return tr(
            "Installed {title} {version} in place of {replaced}.",
            title=m.title,
            version=m.version,
            replaced=done.replaced,
        ), _key_text(done)
    follows = tr("It is switched off.") if off else tr("It reads films from now on.")
    return tr("Installed {title} {version}. {follows}", title=m.title, version=m.version, follows=follows), _key_text(
        done
    )


def _key_text(done: Installed) -> tuple[str, ...]:
    if not done.signer:
        return (tr("It is not signed: nothing shows who made it."),)
    if not done.new_key:
        return ()
    return (
        tr(
            "Signed with the key {signer}, seen for the first time: compare it with what its author says.",
            signer=done.signer,
        ),
    )
