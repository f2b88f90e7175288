"""Which head makes the features that a ``features`` head reads."""

from __future__ import annotations

from collections.abc import Iterable

from cxrviewer.heads.contract import BackboneSpec, DiscoveredHead, HeadManifest


def find_backbone(manifest: HeadManifest, heads: Iterable[DiscoveredHead]) -> tuple[DiscoveredHead | None, str]:
    """Return the head among `heads` whose features `manifest` reads, or None and why there is none.

    The backbone is known by the SHA-256 of its model, not by its name: a small head trained on the
    features of one training would read those of the next one as noise that looks like a score.
    """
    wanted = manifest.backbone
    assert wanted is not None, "only heads of the kind features have a backbone"
    known = [head for head in heads if head.manifest is not None and head.manifest.backbone is None]
    same_model = [h for h in known if h.manifest is not None and h.manifest.model.sha256 == wanted.sha256]
    same_model.sort(key=lambda h: (bool(h.problems), h.manifest is not None and h.manifest.id != wanted.id))
    if not same_model:
        other = next((h.manifest for h in known if h.manifest is not None and h.manifest.id == wanted.id), None)
        if other is None:
            return None, f"backbone: needs the head {wanted.id} {wanted.version}, which is not installed"
        installed = other.version if other.version != wanted.version else f"another model under {other.version}"
        return None, f"backbone: needs {wanted.id} {wanted.version}, but {installed} is installed; ask its author"
    found = same_model[0]
    assert found.manifest is not None
    problem = _unfit(manifest, wanted, found, found.manifest)
    return (None, problem) if problem else (found, "")


def _unfit(manifest: HeadManifest, wanted: BackboneSpec, found: DiscoveredHead, made: HeadManifest) -> str:
    """Return why the head `found` cannot make what `manifest` reads, though its model is the right one."""
    if found.problems:
        return f"backbone: needs the head {wanted.id}, which cannot be used itself"
    if made.program:
        return f"backbone: {made.id} is a Python program, whose hash says nothing of its weights"
    if made.model.features != wanted.features:
        return f"backbone: {made.id} hands on no features named {wanted.features}"
    if made.recipe != manifest.recipe:
        return f"recipe: must be that of {made.id}, field for field"
    return ""
