"""``cxrviewer heads`` and its commands. Imports what a command needs when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cxrviewer.cli_terminal import path_argument

if TYPE_CHECKING:
    from cxrviewer.heads.contract import DiscoveredHead, FindingSpec, HeadManifest
    from cxrviewer.heads.registry.approval import Request
    from cxrviewer.heads.registry.store import HeadStore, Installed

OK, INCOMPLETE, REJECTED = 0, 1, 2
NOT_FOUND = "there is no head of this id, and no folder of this name with a head.toml."


def run(arguments: Sequence[str]) -> int:
    """Run one of the commands. Returns 0, 1 where a file could not be written, 2 for a rejection or wrong usage."""
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
        "keygen": lambda: _keygen(given.file),
        "sign": lambda: _sign(given.folder, given.key),
        "trust": lambda: _trust(given.id, given.key, forget=given.forget),
        "approve": lambda: _approve(given.head, given.digest, withdraw=given.withdraw),
        "hash": lambda: _template("fill_hashes", given.folder, "The hashes in head.toml are those of the files."),
    }
    return commands[given.command]()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cxrviewer heads",
        description="Model heads: what is installed, and installing more. Research use only.",
        epilog="Exit status: 0 done, 1 a file could not be written, 2 rejected (every reason is on standard error).",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("list", help="list the model heads found, usable or not")
    check = commands.add_parser("check", help="run every check on a folder")
    check.add_argument("folder", type=path_argument, metavar="FOLDER")
    install = commands.add_parser("install", help="check a .cxrhead file or a folder and install it")
    install.add_argument("source", type=path_argument, metavar="FILE_OR_FOLDER")
    install.add_argument("--force", action="store_true", help="also put an older version in the place of a newer one")
    install.add_argument("--slow", action="store_true", help="let the model load for 60 s and answer for 30 s")
    remove = commands.add_parser("remove", help="take a head out of use; `restore` brings it back")
    remove.add_argument("id", metavar="ID")
    restore = commands.add_parser("restore", help="bring back the head removed last under this id")
    restore.add_argument("id", metavar="ID")
    info = commands.add_parser("info", help="show what a head says of itself and its evidence")
    info.add_argument("head", metavar="ID_OR_FOLDER")
    pack = commands.add_parser("pack", help="write a checked head folder as one .cxrhead file")
    pack.add_argument("folder", type=path_argument, metavar="FOLDER")
    pack.add_argument("-o", "--output", type=path_argument, metavar="FILE", help="default: ID-VERSION.cxrhead here")
    new = commands.add_parser("new", help="make a folder with an annotated head.toml to fill in")
    new.add_argument("folder", type=path_argument, metavar="FOLDER")
    hashes = commands.add_parser("hash", help="write the hashes of a head's files into its head.toml")
    hashes.add_argument("folder", type=path_argument, metavar="FOLDER")
    _add_trust_parsers(commands)
    return parser


def _add_trust_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    keygen = commands.add_parser("keygen", help="make a private key to sign heads with; keep it to yourself")
    keygen.add_argument("file", type=path_argument, metavar="FILE")
    sign = commands.add_parser("sign", help="sign a finished head folder; `pack` takes the signature along")
    sign.add_argument("folder", type=path_argument, metavar="FOLDER")
    sign.add_argument("--key", type=path_argument, metavar="FILE", required=True, help="what `keygen` wrote")
    trust = commands.add_parser("trust", help="show, change or forget the key an id is known by")
    trust.add_argument("id", metavar="ID")
    change = trust.add_mutually_exclusive_group()
    change.add_argument("--key", metavar="FINGERPRINT", help="accept this key for the id from now on")
    change.add_argument("--forget", action="store_true", help="let the next installation of the id be a first one")
    approve = commands.add_parser("approve", help="let a Python head run, after you have read what that means")
    approve.add_argument("head", metavar="ID_OR_FOLDER")
    approve.add_argument("--digest", metavar="SHA256", help="the digest you have seen: approves without asking")
    approve.add_argument("--withdraw", action="store_true", help="take the approval back")


def discover_heads() -> tuple[DiscoveredHead, ...]:
    """Return the shipped heads and the user's; without a usable home the shipped ones, with a sentence."""
    from cxrviewer.errors import SettingsError
    from cxrviewer.heads.registry.discover import discover, shipped_folder

    try:
        return _store().discover()
    except SettingsError as error:
        print(error.user_message, file=sys.stderr)
        shipped = shipped_folder()
        return discover([shipped] if shipped is not None else [])


def _store() -> HeadStore:
    from cxrviewer.heads.registry.discover import shipped_folder
    from cxrviewer.heads.registry.store import HeadStore
    from cxrviewer.paths import AppPaths

    return HeadStore(AppPaths.for_user().heads, shipped_folder(), isolated=True)


def _list() -> int:
    heads = discover_heads()
    for head in heads:
        m = head.manifest
        name = f"{m.id} {m.version}  {m.title}" if m else ascii(head.folder.name)[1:-1]
        signed = f", signed {head.signer}" if head.signer else ", unsigned" if m and not head.bad_signature else ""
        print(f"{name}  [{'not usable' if head.problems else 'usable'}{signed}]")
        for problem in head.problems:
            print(f"    {problem}")
    if not heads:
        print("No model heads were found.", file=sys.stderr)
    return OK


def _check(folder: Path) -> int:
    if not folder.is_dir():
        return _complain("There is no such folder.")
    from cxrviewer.heads.registry.conformance import CHECKS, check_head

    installed, head = discover_heads(), look_at(folder)
    results = check_head(folder, approved={head.digest} if head.approved else (), installed=installed)
    for result in results:
        print(f"{'ok  ' if result.passed else 'FAIL'}  {result.name}{'  ' + result.note if result.note else ''}")
        for problem in result.problems:
            print(f"      {problem}")
    if all(result.passed for result in results):
        return OK
    left = CHECKS[CHECKS.index(results[-1].name) + 1 :]
    if left:
        print(f"not run: {', '.join(left)}")
    return REJECTED


def _install(source: Path, *, force: bool, slow: bool) -> int:
    from cxrviewer.errors import CxrError
    from cxrviewer.heads.registry.store import INSTALL_LIMITS
    from cxrviewer.heads.runtime.runner import Limits

    limits = Limits() if slow else INSTALL_LIMITS
    try:
        done = _store().install(source, force=force, limits=limits, on_step=lambda s: print(s, file=sys.stderr))
    except CxrError as error:
        return _rejected("the model head was not installed:", getattr(error, "problems", (error.user_message,)))
    m = done.manifest
    if done.unchanged:
        print(f"{m.id} {m.version} is installed already; nothing was changed.")
    else:
        print(f"Installed {m.id} {m.version}{f' in place of {done.replaced}' if done.replaced else ''}.")
        print(_signed_text(done))
    if m.program:
        print(f"It is a Python program and does not run before `cxrviewer heads approve {m.id}`.")
    return OK


def _signed_text(done: Installed) -> str:
    if not done.signer:
        return "It is not signed: nothing shows who made it."
    if not done.new_key:
        return f"It is signed with the key {done.signer}, which this id is known by."
    return (
        f"It is signed with the key {done.signer}, seen here for the first time and remembered: "
        "compare it with what its author says."
    )


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
    head = _find(wanted)
    if head is None:
        return _complain(NOT_FOUND)
    if head.manifest is None:
        return _rejected("the model head cannot be used:", head.problems)
    _print_info(head, head.manifest)
    return REJECTED if head.problems else OK


def _find(wanted: str) -> DiscoveredHead | None:
    """Return the head of a folder, or of an id."""
    from cxrviewer.heads.package.files import MANIFEST_NAME

    if wanted and (Path(wanted) / MANIFEST_NAME).exists():
        return look_at(Path(wanted))
    names = ((h, (h.manifest.id if h.manifest else "", h.folder.name)) for h in discover_heads())
    return next((h for h, known in names if wanted and wanted in known), None)


def look_at(folder: Path) -> DiscoveredHead:
    """Return the head of a folder that lies anywhere; without a usable home no Python head is approved."""
    from cxrviewer.errors import SettingsError
    from cxrviewer.heads.registry.discover import discover_one

    try:
        return _store().look_at(folder)
    except SettingsError:
        return discover_one(folder)


def _print_info(head: DiscoveredHead, m: HeadManifest) -> None:
    rows = {
        "id": m.id,
        "title": m.title,
        "version": m.version,
        "licence": m.license,
        "authors": ", ".join(m.authors),
        "intended use": m.intended_use,
        "not for": m.not_for,
        "explanation": m.explanation.method,
        "kind": {"python": "Python program"}.get(m.kind, "ONNX model"),
        **({"features of": f"{m.backbone.id} {m.backbone.version}"} if m.backbone is not None else {}),
        "signed": f"with the key {head.signer}" if head.signer else "badly" if head.bad_signature else "no",
        "model": m.model.sha256,
        "head.toml": head.digest,
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
    from cxrviewer.heads.package import template

    try:
        getattr(template, step)(folder)
    except CxrError as error:
        return _complain(error.user_message)
    print(done)
    return OK


def _pack(folder: Path, output: Path | None) -> int:
    from cxrviewer.errors import CxrError
    from cxrviewer.heads.package.files import PACK_SUFFIX
    from cxrviewer.heads.package.manifest import read_manifest
    from cxrviewer.heads.registry.conformance import check_head
    from cxrviewer.heads.registry.pack import write_pack

    if (program := _is_program(folder)) is not None:
        return _complain(program)
    failed = [result for result in check_head(folder) if not result.passed]
    if failed:
        return _rejected("the model head cannot be packed:", failed[0].problems)
    manifest = read_manifest(folder)
    target = output or Path(f"{manifest.id}-{manifest.version}{PACK_SUFFIX}")
    if os.path.lexists(target):
        return _complain("the output file exists; name another one.")
    try:
        write_pack(folder, target)
    except (OSError, CxrError):
        print("cxrviewer: the pack could not be written; check the folder's rights and the disk.", file=sys.stderr)
        return INCOMPLETE
    print(f"{target}")
    return OK


def _is_program(folder: Path) -> str | None:
    head = look_at(folder)
    program = head.manifest is not None and head.manifest.program
    return "a Python head is not packed: hand on its folder, and let people read it." if program else None


def _keygen(file: Path) -> int:
    from cxrviewer.errors import CxrError
    from cxrviewer.heads.package.signature import make_key

    try:
        print(f"Key {make_key(file)}. Publish this fingerprint; keep the file to yourself, and a copy of it safe.")
    except CxrError as error:
        return _complain(error.user_message)
    return OK


def _sign(folder: Path, key: Path) -> int:
    from cxrviewer.atomic import write_bytes
    from cxrviewer.errors import CxrError
    from cxrviewer.heads.package.files import SIGNATURE_NAME
    from cxrviewer.heads.package.manifest import decode_manifest, read_manifest_bytes
    from cxrviewer.heads.package.signature import sign
    from cxrviewer.heads.registry.conformance import read_verified

    try:
        text = read_manifest_bytes(folder)
        read_verified(folder, decode_manifest(text))  # nobody signs a head that is rejected everywhere
        data, fingerprint = sign(text, key)
        write_bytes(folder / SIGNATURE_NAME, data)
    except CxrError as error:
        return _rejected("the model head was not signed:", getattr(error, "problems", (error.user_message,)))
    except OSError:
        print("cxrviewer: the signature cannot be written; check the folder's rights and the disk.", file=sys.stderr)
        return INCOMPLETE
    print(f"Signed with the key {fingerprint}. Any change of head.toml needs a new signature.")
    return OK


def _trust(head_id: str, key: str | None, *, forget: bool) -> int:
    from cxrviewer.errors import CxrError

    try:
        keys = _store().keys
        if forget:
            print("Forgotten." if keys.forget(head_id) else "No key was remembered for this id.")
        elif key is not None:
            print(f"{head_id} is known by the key {keys.trust(head_id, key)} from now on.")
        else:
            known = keys.key_of(head_id)
            print(f"{head_id} is known by the key {known}." if known else "No key is remembered for this id.")
    except CxrError as error:
        return _complain(error.user_message)
    return OK


def _approve(wanted: str, digest: str | None, *, withdraw: bool) -> int:
    from cxrviewer.errors import CxrError

    head = _find(wanted)
    if head is None:
        return _complain(NOT_FOUND)
    approvals = _store().approvals
    try:
        if withdraw:
            print("Withdrawn." if approvals.withdraw(head.digest) else "It was not approved.")
            return OK
        if head.approved:
            print("It is approved already.")
            return OK
        request = approvals.request(head)
        if digest is None and not _confirm(request):
            return _complain("not approved; nothing of it was run.")
        approvals.approve(head, digest if digest is not None else request.digest)
    except CxrError as error:
        return _rejected("the model head is not approved:", getattr(error, "problems", (error.user_message,)))
    print("Approved, and every check passed. Any changed byte needs a new approval.")
    return OK


def _confirm(request: Request) -> bool:
    from cxrviewer.heads.registry.approval import WARNING, file_lines

    signed = f"signed with the key {request.signer}" if request.signer else "not signed"
    print(f"{request.title} ({request.head_id} {request.version}), {signed}\n\n{WARNING}\n")
    print("\n".join(f"  {line}" for line in file_lines(request.files)))
    print(f"\nDigest: {request.digest}")
    if not sys.stdin.isatty():
        print("Read the files, then call it again with --digest and this digest.", file=sys.stderr)
        return False
    return input("Type approve to let it run: ").strip() == "approve"


def _complain(sentence: str) -> int:
    print(f"cxrviewer: {sentence}", file=sys.stderr)
    return REJECTED


def _rejected(title: str, problems: Sequence[str]) -> int:
    print(f"cxrviewer: {title}", file=sys.stderr)
    for problem in problems:
        print(f"  {problem}", file=sys.stderr)
    return REJECTED
