"""Writes the folder of an ensemble head of heads that are installed.

python plugins/ensemble-mean/make.py FOLDER --id ID --author NAME MEMBER_ID MEMBER_ID...
"""

from __future__ import annotations

import argparse
import io
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).resolve().parent))
from ensemble_head import Ensemble, Member, code_of

from cxrviewer.errors import CxrError
from cxrviewer.heads.contract import (
    CONTRACT_VERSION,
    DiscoveredHead,
    EligibilitySpec,
    ExplanationSpec,
    FindingSpec,
    HeadManifest,
    ModelFile,
    TestVector,
)
from cxrviewer.heads.package.files import MAX_FILE_BYTES, hash_files, sha256
from cxrviewer.heads.package.manifest import NO_MAPS, write_manifest
from cxrviewer.heads.registry.discover import shipped_folder
from cxrviewer.heads.registry.store import HeadStore
from cxrviewer.paths import AppPaths

PROGRAM = "ensemble_head.py"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the folder. Returns 0, or 2 where these heads make no ensemble."""
    parser = argparse.ArgumentParser(description="Make an ensemble head of installed ONNX heads. Research use only.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("members", nargs="+", metavar="MEMBER_ID")
    parser.add_argument("--id", required=True)
    parser.add_argument("--author", required=True)
    parser.add_argument("--version", default="1.0.0")
    given = parser.parse_args(arguments)
    try:
        make(given.folder, given.members, head_id=given.id, author=given.author, version=given.version)
    except (CxrError, ValueError, OSError) as error:
        print(f"make.py: {error}", file=sys.stderr)
        return 2
    print(f"Read {PROGRAM}, then: cxrviewer heads install {given.folder}; cxrviewer heads approve {given.id}")
    return 0


def make(folder: Path, wanted: Sequence[str], *, head_id: str, author: str, version: str) -> HeadManifest:
    """Write program, members, test vector and manifest into the new folder `folder`.

    Raises
    ------
    ValueError
        A member is not installed, or they cannot be averaged.
    """
    heads = _installed(wanted)
    members = [Member(head, threads=1) for head in heads]
    first = members[0].manifest
    codes = _shared_codes(members)
    ensemble = Ensemble(members, codes)
    image = np.load(io.BytesIO(members[0].data.files[first.test.input].read(MAX_FILE_BYTES)), allow_pickle=False)
    answer = ensemble.score(image)
    folder.mkdir(parents=True)
    program = (Path(__file__).resolve().parent / PROGRAM).read_bytes()
    (folder / PROGRAM).write_bytes(program)
    (folder / "members.toml").write_text(_members_toml(heads, codes), encoding="utf-8")
    np.save(folder / "test_input.npy", image)
    np.save(folder / "test_logits.npy", answer.logits)
    eligibility = _eligibility([member.manifest.eligibility for member in members])
    # The first member's look at the image holds for the ensemble: all of them see the same image.
    if first.eligibility.density is not None:
        (folder / "density.npz").write_bytes(members[0].data.files[first.eligibility.density].read(MAX_FILE_BYTES))
        eligibility = replace(eligibility, density="density.npz")
    manifest = HeadManifest(
        schema=CONTRACT_VERSION,
        id=head_id,
        title=f"Mean of {len(members)} heads",
        version=version,
        license="Apache-2.0",
        authors=(author,),
        intended_use="Research only. " + " / ".join(member.manifest.intended_use for member in members)[:3000],
        not_for=" / ".join(member.manifest.not_for for member in members)[:3900],
        evidence_bar=max(member.manifest.evidence_bar for member in members),
        model=ModelFile(
            file=PROGRAM,
            sha256=sha256(program),
            input="image",
            logits="logits",
            maps="maps" if answer.maps is not None else None,
            features="features" if eligibility.density else None,
        ),
        recipe=first.recipe,
        eligibility=eligibility,
        explanation=_explanation(members, with_maps=answer.maps is not None),
        findings=tuple(_finding(members, code, index) for index, code in enumerate(codes)),
        test=TestVector(input="test_input.npy", logits="test_logits.npy", tolerance=1e-3),
        files=hash_files(folder, model=PROGRAM),
        program=True,
    )
    (folder / "head.toml").write_text(write_manifest(manifest), encoding="utf-8")
    return manifest


def _installed(wanted: Sequence[str]) -> list[DiscoveredHead]:
    heads = HeadStore(AppPaths.for_user().heads, shipped_folder()).discover()
    known = {head.manifest.id: head for head in heads if head.manifest is not None}
    missing = [name for name in wanted if name not in known]
    if missing or len(set(wanted)) < 2:
        raise ValueError(f"not installed: {', '.join(missing)}" if missing else "an ensemble has two members or more")
    return [known[name] for name in wanted]


def _shared_codes(members: Sequence[Member]) -> list[str]:
    """Return the codes at least two members know: one opinion alone is no ensemble's."""
    each = [[code_of(finding) for finding in member.manifest.findings] for member in members]
    order = dict.fromkeys(code for codes in each for code in codes)
    shared = [code for code in order if sum(code in codes for codes in each) > 1]
    if not shared:
        raise ValueError("no finding is known to two of these heads")
    return shared


def _finding(members: Sequence[Member], code: str, index: int) -> FindingSpec:
    """Return the finding without evidence: nobody has tested the ensemble yet, so it is "not validated"."""
    known = [f for member in members for f in member.manifest.findings if code_of(f) == code]
    middle = sum(math.log(f.threshold / (1 - f.threshold)) for f in known) / len(known)
    return FindingSpec(
        code=known[0].code,
        index=index,
        threshold=1 / (1 + math.exp(-middle)),
        threshold_source="mean of the members' thresholds as logits; not chosen on films",
        slope=1.0,
        offset=0.0,
    )


def _explanation(members: Sequence[Member], *, with_maps: bool) -> ExplanationSpec:
    methods = dict.fromkeys(member.manifest.explanation.method for member in members)
    return ExplanationSpec(method=f"mean of {' and '.join(methods)}" if with_maps else NO_MAPS, reference=1.0)


def _eligibility(scopes: Sequence[EligibilitySpec]) -> EligibilitySpec:
    """Return what every member may read."""
    modality = tuple(m for m in scopes[0].modality if all(m in eligibility.modality for eligibility in scopes))
    limited = [eligibility.view for eligibility in scopes if eligibility.view]  # an empty list accepts any frontal view
    view = tuple(v for v in limited[0] if all(v in views for views in limited)) if limited else ()
    if not modality or (limited and not view):
        raise ValueError("no film is in the scope of all these heads")
    lowest = [eligibility.min_age for eligibility in scopes if eligibility.min_age is not None]
    highest = [eligibility.max_age for eligibility in scopes if eligibility.max_age is not None]
    return EligibilitySpec(
        modality=modality,
        view=view,
        min_age=max(lowest, default=None),
        max_age=min(highest, default=None),
        min_pixels=max(eligibility.min_pixels for eligibility in scopes),
    )


def _members_toml(heads: Sequence[DiscoveredHead], codes: Sequence[str]) -> str:
    lines = ["# The heads that are asked, by the SHA-256 of their head.toml, and the order of the answers.", ""]
    lines.append(f"codes = {json.dumps(list(codes))}")
    for head in heads:
        assert head.manifest is not None
        pairs = {"id": head.manifest.id, "version": head.manifest.version, "head": head.digest}
        lines += ["", "[[member]]", *(f"{key} = {json.dumps(value)}" for key, value in pairs.items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
