"""``cxrviewer heads`` and its commands. Imports what a command needs when it runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cxrviewer.heads.contract import DiscoveredHead, FindingSpec, HeadManifest
    from cxrviewer.heads.store import HeadStore

OK, INCOMPLETE, REFUSED = 0, 1, 2


def run(arguments: Sequence[str]) -> int:
    """Run one of the commands. Returns 0, 1 where a file could not be written, 2 for a refusal or wrong usage."""
    given = _parser().parse_args(arguments)
    commands: dict[str, Callable[[], int]] = {
        "list": _list,
        "check": lambda: _check(given.folder),
        "install": lambda: _install(given.source, force=given.force, slow=given.slow),
        "remove": lambda: _remove(given.id),
        "restore": lambda: _restore(given.id),
        "info": lambda: _info(given.head),
        "pack": lambda: _pack(given.folder, given.output),
        "new": lambda: _template("write_template", given.folder, "Fill in head.toml, then run `cxrviewer heads hash`."),
        "hash": lambda: _template("fill_hashes", given.folder, "The hashes in head.toml are those of the files."),
    }
    return commands[given.command]()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cxrviewer heads",
        description="Model heads: what is installed, and installing more. Research use only.",
        epilog="Exit status: 0 done, 1 a file could not be written, 2 refused (every reason is on standard error).",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("list", help="list the model heads found, usable or not")
    check = commands.add_parser("check", help="run every check on a folder")
    check.add_argument("folder", type=Path, metavar="FOLDER")
    install = commands.add_parser("install", help="check a .cxrhead file or a folder and install it")
    install.add_argument("source", type=Path, metavar="FILE_OR_FOLDER")
    install.add_argument("--force", action="store_true", help="also put an older version in the place of a newer one")
    install.add_argument("--slow", action="store_true", help="let the model load for 60 s and answer for 30 s")
    remove = commands.add_parser("remove", help="take a head out of use; `restore` brings it back")
    remove.add_argument("id", metavar="ID")
    restore = commands.add_parser("restore", help="bring back the head removed last under this id")
    restore.add_argument("id", metavar="ID")
    info = commands.add_parser("info", help="show what a head says of itself and its evidence")
    info.add_argument("head", metavar="ID_OR_FOLDER")
    pack = commands.add_parser("pack", help="write a checked head folder as one .cxrhead file")
    pack.add_argument("folder", type=Path, metavar="FOLDER")
    pack.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: ID-VERSION.cxrhead here")
    new = commands.add_parser("new", help="make a folder with an annotated head.toml to fill in")
    new.add_argument("folder", type=Path, metavar="FOLDER")
    hashes = commands.add_parser("hash", help="write the hashes of a head's files into its head.toml")
    hashes.add_argument("folder", type=Path, metavar="FOLDER")
    return parser


def discover_heads() -> tuple[DiscoveredHead, ...]:
    """Return the shipped heads and the user's; without a usable home the shipped ones, with a sentence."""
    from cxrviewer.errors import SettingsError
    from cxrviewer.heads.discover import discover, shipped_folder

    try:
        return _store().discover()
    except SettingsError as error:
        print(error.user_message, file=sys.stderr)
        shipped = shipped_folder()
        return discover([shipped] if shipped is not None else [])


def _store() -> HeadStore:
    from cxrviewer.heads.discover import shipped_folder
    from cxrviewer.heads.store import HeadStore
    from cxrviewer.paths import AppPaths

    return HeadStore(AppPaths.for_user().heads, shipped_folder())


def _list() -> int:
    heads = discover_heads()
    for head in heads:
        m = head.manifest
        name = f"{m.id} {m.version}  {m.title}" if m else ascii(head.folder.name)[1:-1]
        print(f"{name}  [{'not usable' if head.problems else 'usable'}]")
        for problem in head.problems:
            print(f"    {problem}")
    if not heads:
        print("No model heads were found.", file=sys.stderr)
    return OK


def _check(folder: Path) -> int:
    if not folder.is_dir():
        return _complain("There is no such folder.")
    from cxrviewer.heads.conformance import CHECKS, check_head

    results = check_head(folder, installed=discover_heads())
    for result in results:
        print(f"{'ok  ' if result.passed else 'FAIL'}  {result.name}{'  ' + result.note if result.note else ''}")
        for problem in result.problems:
            print(f"      {problem}")
    if all(result.passed for result in results):
        return OK
    left = CHECKS[CHECKS.index(results[-1].name) + 1 :]
    if left:
        print(f"not run: {', '.join(left)}")
    return REFUSED


def _install(source: Path, *, force: bool, slow: bool) -> int:
    from cxrviewer.errors import CxrError
    from cxrviewer.heads.runner import Limits
    from cxrviewer.heads.store import INSTALL_LIMITS

    limits = Limits() if slow else INSTALL_LIMITS
    try:
        done = _store().install(source, force=force, limits=limits, on_step=lambda s: print(s, file=sys.stderr))
    except CxrError as error:
        return _refused("the model head was not installed:", getattr(error, "problems", (error.user_message,)))
    m = done.manifest
    if done.unchanged:
        print(f"{m.id} {m.version} is installed already; nothing was changed.")
    else:
        print(f"Installed {m.id} {m.version}{f' in place of {done.replaced}' if done.replaced else ''}.")
    return OK


def _remove(name: str) -> int:
    from cxrviewer.errors import CxrError

    try:
        folder = _store().remove(name)
    except CxrError as error:
        return _complain(error.user_message)
    print(f"Removed; `cxrviewer heads restore {folder.name}` brings it back.")
    return OK


def _restore(name: str) -> int:
    from cxrviewer.errors import CxrError

    try:
        _store().restore(name)
    except CxrError as error:
        return _complain(error.user_message)
    print("Restored.")
    return OK


def _info(wanted: str) -> int:
    from cxrviewer.heads.discover import discover_one
    from cxrviewer.heads.files import MANIFEST_NAME

    if (Path(wanted) / MANIFEST_NAME).exists():
        head: DiscoveredHead | None = discover_one(Path(wanted))
    else:
        names = ((h, (h.manifest.id if h.manifest else "", h.folder.name)) for h in discover_heads())
        head = next((h for h, known in names if wanted in known), None)
    if head is None:
        return _complain("there is no head of this id, and no folder of this name with a head.toml.")
    if head.manifest is None:
        return _refused("the model head cannot be used:", head.problems)
    _print_info(head, head.manifest)
    return REFUSED if head.problems else OK


def _print_info(head: DiscoveredHead, m: HeadManifest) -> None:
    from cxrviewer.heads.store import head_digest

    rows = {
        "id": m.id,
        "title": m.title,
        "version": m.version,
        "licence": m.license,
        "authors": ", ".join(m.authors),
        "intended use": m.intended_use,
        "not for": m.not_for,
        "explanation": m.explanation.method,
        "model": m.model.sha256,
        "head.toml": head_digest(head.folder),
    }
    for key, value in rows.items():
        print(f"{key + ':':14}{' '.join(value.split())}")
    print("findings:")
    for finding in m.findings:
        print(f"  {_finding_line(m, finding)}")
    for problem in head.problems:
        print(f"not usable: {problem}")


def _finding_line(m: HeadManifest, finding: FindingSpec) -> str:
    auc = finding.auc
    if auc is None:
        return f"{finding.code.meaning}: not validated, no evidence"
    words = f"AUC {auc.value:.2f} ({auc.low:.2f}-{auc.high:.2f}), {auc.positives} of {auc.n}, {auc.data}"
    return f"{finding.code.meaning}: {words}{'' if m.validated(finding) else '; not validated'}"


def _template(step: Literal["write_template", "fill_hashes"], folder: Path, done: str) -> int:
    from cxrviewer.errors import CxrError
    from cxrviewer.heads import template

    try:
        getattr(template, step)(folder)
    except CxrError as error:
        return _complain(error.user_message)
    print(done)
    return OK


def _pack(folder: Path, output: Path | None) -> int:
    from cxrviewer.errors import CxrError
    from cxrviewer.heads.conformance import check_head
    from cxrviewer.heads.manifest import read_manifest
    from cxrviewer.heads.pack import SUFFIX, write_pack

    failed = [result for result in check_head(folder) if not result.passed]
    if failed:
        return _refused("the model head cannot be packed:", failed[0].problems)
    manifest = read_manifest(folder)
    target = output or Path(f"{manifest.id}-{manifest.version}{SUFFIX}")
    if target.exists():
        return _complain("the output file exists; name another one.")
    try:
        write_pack(folder, target)
    except (OSError, CxrError):
        target.unlink(missing_ok=True)
        print("cxrviewer: the pack could not be written; check the folder's rights and the disk.", file=sys.stderr)
        return INCOMPLETE
    print(f"{target}")
    return OK


def _complain(sentence: str) -> int:
    print(f"cxrviewer: {sentence}", file=sys.stderr)
    return REFUSED


def _refused(title: str, problems: Sequence[str]) -> int:
    print(f"cxrviewer: {title}", file=sys.stderr)
    for problem in problems:
        print(f"  {problem}", file=sys.stderr)
    return REFUSED
