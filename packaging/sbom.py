"""Writes the software bill of materials: CycloneDX 1.6, JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component as Entry
from cyclonedx.model.component import ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from inventory import Component, heads_folder
from packageurl import PackageURL


def write(found: Sequence[Component], file: Path, version: str) -> None:
    """Write the components of the bundle and of each model head.

    Raises
    ------
    SystemExit
        Where the document does not follow the schema.
    """
    licences = LicenseFactory()
    program = Entry(
        name="cxrviewer",
        version=version,
        type=ComponentType.APPLICATION,
        licenses=[licences.make_from_string("Apache-2.0")],
        bom_ref=f"cxrviewer@{version}",
    )
    bom = Bom()
    bom.metadata.component = program
    entries = [_entry(c, licences) for c in found if c.kind != "own"] + list(_models(licences))
    for entry in entries:
        bom.components.add(entry)
    bom.register_dependency(program, entries)
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem is not None:
        raise SystemExit(f"the bill of materials does not follow its schema: {problem}")
    file.write_text(text + "\n", encoding="utf-8")


def _entry(component: Component, licences: LicenseFactory) -> Entry:
    return Entry(
        name=component.name,
        version=component.version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{component.kind}:{component.name}@{component.version}",
        purl=PackageURL.from_string(component.purl) if component.purl else None,
        licenses=[licences.make_from_string(component.spdx)],
        properties=[Property(name="cxrviewer:licence-ground", value=component.ground)],
    )


def _models(licences: LicenseFactory) -> list[Entry]:
    """Return an entry for every head: a model is a component like any library, and bytes identify it."""
    import tomllib

    entries = []
    for manifest in sorted(heads_folder().glob("*/head.toml")):
        head: dict[str, Any] = tomllib.loads(manifest.read_text(encoding="utf-8"))
        model = manifest.parent / head["model"]["file"]
        digest = hashlib.sha256(model.read_bytes()).hexdigest()
        entries.append(
            Entry(
                name=head["id"],
                version=head["version"],
                type=ComponentType.MACHINE_LEARNING_MODEL,
                bom_ref=f"head:{head['id']}@{head['version']}",
                description=head["title"],
                licenses=[licences.make_from_string(head["license"])],
                hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
            )
        )
    return entries
