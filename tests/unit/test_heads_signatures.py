"""Signed heads: what a signature is over, whose key counts, and the attacks on both."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa, x25519
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from cxrviewer.cli import run
from cxrviewer.errors import HeadError, HeadRejectedError, KeyChangedError, PackRejectedError
from cxrviewer.heads.package import signature as signature_module
from cxrviewer.heads.package.signature import make_key, sign, verify
from cxrviewer.heads.registry.conformance import check_head
from cxrviewer.heads.registry.discover import discover_one
from cxrviewer.heads.registry.pack import write_pack
from cxrviewer.heads.registry.store import HeadStore
from cxrviewer.heads.registry.trust import FILE_NAME
from cxrviewer.presenters.head_details import signature_text
from tests.builders import heads as build

SIGNATURE = "head.toml.sig"


@pytest.fixture
def store(tmp_path: Path) -> HeadStore:
    return HeadStore(tmp_path / "home" / "heads", None)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    make_key(tmp_path / "key.pem")
    return tmp_path / "key.pem"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    make_key(tmp_path / "other.pem")
    return tmp_path / "other.pem"


def fingerprint_of(key: Path) -> str:
    """The rule of docs/heads.md, without the module that implements it."""
    private = load_pem_private_key(key.read_bytes(), password=None)
    assert isinstance(private, Ed25519PrivateKey)
    text = base64.b32encode(hashlib.sha256(private.public_key().public_bytes_raw()).digest()).decode()
    return f"{text[:5]}-{text[5:10]}-{text[10:15]}-{text[15:20]}"


def signed(folder: Path, key: Path | None, **changes: object) -> Path:
    """Return a head folder signed with `key`, or unsigned."""
    build.write_head(folder, **changes)  # type: ignore[arg-type]
    if key is not None:
        data, _ = sign((folder / "head.toml").read_bytes(), key)
        (folder / SIGNATURE).write_bytes(data)
    return folder


def rejected(store: HeadStore, folder: Path, reason: str, check: str = "signature") -> PackRejectedError:
    """The folder and its zip are rejected alike, and nothing is left of either."""
    before = sorted(store.folder.rglob("*")) if store.folder.exists() else []
    zipped = folder.with_suffix(".cxrhead")
    write_pack(folder, zipped)
    for source in (folder, zipped):
        with pytest.raises(PackRejectedError, match=reason) as caught:
            store.install(source)
        assert caught.value.check == check
        assert sorted(store.folder.rglob("*")) == before
    zipped.unlink()
    return caught.value


def test_the_first_key_of_an_id_is_shown_and_remembered_and_the_signature_travels_with_the_pack(
    store: HeadStore, key: Path, tmp_path: Path
) -> None:
    folder = signed(tmp_path / "a", key)
    write_pack(folder, tmp_path / "a.cxrhead")
    assert SIGNATURE in zipfile.ZipFile(tmp_path / "a.cxrhead").namelist()
    done = store.install(tmp_path / "a.cxrhead")
    assert (done.signer, done.new_key) == (fingerprint_of(key), True)
    assert store.keys.key_of("org.example.tiny") == fingerprint_of(key)
    assert (done.folder / SIGNATURE).read_bytes() == (folder / SIGNATURE).read_bytes()
    (head,) = store.discover()
    assert (head.signer, head.problems) == (fingerprint_of(key), ())
    done = store.install(signed(tmp_path / "b", key, version="1.1.0"))
    assert (done.replaced, done.new_key) == ("1.0.0", False)


def test_the_file_is_as_documented(key: Path) -> None:
    """Verified with nothing of ours: three lines, and the signature over a prefix and the manifest's bytes."""
    data, _ = sign(b"schema = 1\n", key)
    first, public, value, rest = data.split(b"\n")
    assert (first, rest) == (b"cxrviewer-head-signature 1", b"")
    private = load_pem_private_key(key.read_bytes(), password=None)
    assert isinstance(private, Ed25519PrivateKey)
    assert base64.b64decode(public) == private.public_key().public_bytes_raw()
    private.public_key().verify(base64.b64decode(value), b"cxrviewer head.toml 1\x00schema = 1\n")


def test_another_key_is_rejected_until_somebody_accepts_it(
    store: HeadStore, key: Path, other: Path, tmp_path: Path
) -> None:
    store.install(signed(tmp_path / "a", key))
    folder = signed(tmp_path / "b", other, version="2.0.0")
    error = rejected(store, folder, "is known by the key", "trust")
    assert isinstance(error, KeyChangedError)
    assert (error.known, error.found) == (fingerprint_of(key), fingerprint_of(other))
    assert f"heads trust org.example.tiny --key {fingerprint_of(other)}" in error.problems[1]
    with pytest.raises(KeyChangedError):
        store.install(folder, accept_key="AAAAA-AAAAA-AAAAA-AAAAA")
    assert store.install(folder, accept_key=error.found).new_key
    assert store.keys.key_of("org.example.tiny") == fingerprint_of(other)
    rejected(store, signed(tmp_path / "c", key, version="3.0.0"), "is known by the key", "trust")


def test_an_unsigned_version_of_a_signed_head_is_rejected(store: HeadStore, key: Path, tmp_path: Path) -> None:
    store.install(signed(tmp_path / "a", key))
    error = rejected(store, signed(tmp_path / "b", None, version="2.0.0"), "this pack is not signed", "trust")
    assert "--forget" in error.problems[1]
    rejected(store, signed(tmp_path / "c", None), "this pack is not signed", "trust")  # the very same manifest
    store.keys.forget("org.example.tiny")
    # The key of the version that is there counts where none is remembered.
    rejected(store, signed(tmp_path / "d", None, version="2.0.0"), "this pack is not signed", "trust")


def test_an_unsigned_head_may_be_signed_later_even_without_a_new_version(
    store: HeadStore, key: Path, tmp_path: Path
) -> None:
    store.install(signed(tmp_path / "a", None))
    assert store.keys.key_of("org.example.tiny") == ""
    assert not store.install(signed(tmp_path / "b", key)).unchanged
    assert store.discover()[0].signer == fingerprint_of(key)


def test_removing_a_head_does_not_free_its_id_for_another_key(
    store: HeadStore, key: Path, other: Path, tmp_path: Path
) -> None:
    store.install(signed(tmp_path / "a", key))
    store.remove("org.example.tiny")
    rejected(store, signed(tmp_path / "b", other, authors=("Somebody else",)), "is known by the key", "trust")
    assert store.keys.forget("org.example.tiny")
    assert store.install(signed(tmp_path / "c", other, authors=("Somebody else",))).new_key


def attacks(folder: Path, key: Path, other: Path) -> dict[str, bytes]:
    """Return manifest bytes kept, signature replaced: each must be rejected."""
    good = (folder / SIGNATURE).read_bytes()
    manifest = (folder / "head.toml").read_bytes()
    lines, others = good.split(b"\n"), sign(manifest, other)[0].split(b"\n")
    private = load_pem_private_key(key.read_bytes(), password=None)
    assert isinstance(private, Ed25519PrivateKey)
    bare = base64.b64encode(private.sign(manifest))
    return {
        "of another file": sign((folder / "model.onnx").read_bytes(), key)[0],
        "key swapped": b"\n".join([lines[0], others[1], lines[2], b""]),
        "signature swapped": b"\n".join([lines[0], lines[1], others[2], b""]),
        "without the prefix": b"\n".join([lines[0], lines[1], bare, b""]),
        "huge": good + b"\n" * 10_000_000,
        "empty": b"",
        "CRLF": good.replace(b"\n", b"\r\n"),
        "no last line end": good[:-1],
        "a line more": good + b"\n",
        "a blank more": good.replace(lines[1], lines[1] + b" "),
        "key cut": b"\n".join([lines[0], base64.b64encode(bytes(31)), lines[2], b""]),
        "no base64": b"\n".join([lines[0], b"\xff" * 44, lines[2], b""]),
        "another version": good.replace(b"signature 1", b"signature 2"),
    }


ATTACKS = (
    "of another file", "key swapped", "signature swapped", "without the prefix", "huge", "empty", "CRLF",
    "no last line end", "a line more", "a blank more", "key cut", "no base64", "another version",
)  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_signature_that_does_not_fit_is_rejected_always(
    store: HeadStore, key: Path, other: Path, tmp_path: Path, attack: str
) -> None:
    folder = signed(tmp_path / "a", key)
    made = attacks(folder, key, other)
    assert set(made) == set(ATTACKS)
    (folder / SIGNATURE).write_bytes(made[attack])
    rejected(store, folder, "The signature head.toml.sig .*; do not use this head")
    assert "do not use this head" in discover_one(folder).problems[0]
    results = check_head(folder)
    assert (results[-1].name, results[-1].passed) == ("signature", False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Two greys", b"Two grays"),
        (b"\n", b"\r\n"),  # what an editor or a checkout on Windows does
        (b"threshold = 0.55", b"threshold = 0.54"),
    ],
)
def test_a_manifest_that_was_changed_after_signing(
    store: HeadStore, key: Path, tmp_path: Path, old: bytes, new: bytes
) -> None:
    folder = signed(tmp_path / "a", key)
    text = (folder / "head.toml").read_bytes()
    assert old in text
    (folder / "head.toml").write_bytes(text.replace(old, new))
    rejected(store, folder, "does not fit head.toml")


def test_the_signature_of_another_head_is_none_of_this_one(store: HeadStore, key: Path, tmp_path: Path) -> None:
    another = signed(tmp_path / "a", key, id="org.example.another")
    folder = signed(tmp_path / "b", None)
    (folder / SIGNATURE).write_bytes((another / SIGNATURE).read_bytes())
    rejected(store, folder, "belongs to another head")


def test_a_key_is_known_once_it_is_remembered_for_this_id(store: HeadStore, key: Path, tmp_path: Path) -> None:
    folder = signed(tmp_path / "home" / "heads" / "copied", key)  # not installed: somebody put it there
    (head,) = store.discover()
    assert head.signer == fingerprint_of(key) and not head.known_key
    assert signature_text(head, shipped=False) == f"signed with the key {fingerprint_of(key)} (a key not known here)"
    store.keys.trust(manifest_id(folder), fingerprint_of(key))
    (head,) = store.discover()
    assert head.known_key
    assert signature_text(head, shipped=False) == f"signed with the key {fingerprint_of(key)} (a known key)"
    (folder / SIGNATURE).unlink()
    store.keys.forget(manifest_id(folder))
    (head,) = store.discover()
    assert not head.known_key
    assert signature_text(head, shipped=False) == "unsigned: nothing shows who made it"
    assert signature_text(head, shipped=True) == "not signed; it is part of the program"


def manifest_id(folder: Path) -> str:
    manifest = discover_one(folder).manifest
    assert manifest is not None
    return manifest.id


def test_the_signature_is_judged_before_the_backbone_is_looked_for(store: HeadStore, key: Path, tmp_path: Path) -> None:
    # A head nobody should use must not tell its reader to go and install something for it.
    backbone = build.write_head(tmp_path / "backbone").manifest
    assert backbone is not None
    folder = build.write_features_head(tmp_path / "a", backbone).folder
    data, _ = sign((folder / "head.toml").read_bytes(), key)
    (folder / SIGNATURE).write_bytes(data)
    with pytest.raises(PackRejectedError) as caught:
        store.install(folder)
    assert caught.value.check == "backbone"  # with a signature that fits, that is what is wrong
    with (folder / "head.toml").open("a") as file:
        file.write("# changed after signing\n")
    with pytest.raises(PackRejectedError) as caught:
        store.install(folder)
    assert caught.value.check == "signature"
    results = check_head(folder, installed=())
    assert (results[-1].name, results[-1].passed) == ("signature", False)
    assert store.look_at(folder).bad_signature


def test_a_signature_that_is_a_link_is_rejected(store: HeadStore, key: Path, tmp_path: Path) -> None:
    folder = signed(tmp_path / "a", key)
    os.replace(folder / SIGNATURE, tmp_path / "elsewhere")
    (folder / SIGNATURE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PackRejectedError, match="is a link"):
        store.install(folder)
    assert "is a link" in discover_one(folder).problems[0]


def test_a_manifest_cannot_list_its_own_signature(tmp_path: Path, store: HeadStore, key: Path) -> None:
    folder = signed(tmp_path / "a", key)
    text = (folder / "head.toml").read_text()
    (folder / "head.toml").write_text(text + f'"{SIGNATURE}" = "{"0" * 64}"\n')
    rejected(store, folder, "lists every file besides", "manifest")


def test_an_installed_head_whose_signature_was_changed_or_taken_away_is_not_used(
    store: HeadStore, key: Path, other: Path, tmp_path: Path
) -> None:
    folder = store.install(signed(tmp_path / "a", key)).folder
    (folder / SIGNATURE).write_bytes(sign((folder / "head.toml").read_bytes(), other)[0])
    assert "is known by the key" in store.discover()[0].problems[0]
    (folder / SIGNATURE).unlink()
    assert "not with none" in store.discover()[0].problems[0]


def test_a_damaged_list_of_keys_is_not_taken_for_an_empty_one(store: HeadStore, key: Path, tmp_path: Path) -> None:
    store.install(signed(tmp_path / "a", key))
    (store.folder / FILE_NAME).write_text("{")
    rejected(store, signed(tmp_path / "b", key, version="2.0.0"), "is damaged; move it away", "trust")
    assert "is damaged" in store.discover()[0].problems[0]


def test_a_key_is_forgotten_again_where_putting_in_place_fails(
    store: HeadStore, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PackRejectedError(("disk gone",), check="pack")

    monkeypatch.setattr(store, "_swap", fail)
    with pytest.raises(PackRejectedError, match="disk gone"):
        store.install(signed(tmp_path / "a", key))
    assert store.keys.key_of("org.example.tiny") == ""


def test_private_keys_are_for_their_owner_only_and_never_in_a_pack(
    key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if sys.platform != "win32":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with pytest.raises(HeadError, match="never overwritten"):
        make_key(key)
    folder = signed(tmp_path / "a", key)
    with pytest.raises(HeadError, match="must not lie in a head's folder"):
        make_key(folder / "key.pem")
    (folder / "notes.txt").write_bytes(key.read_bytes())
    assert run(["heads", "hash", str(folder)]) == 2
    assert "is a private key" in capsys.readouterr().err
    with pytest.raises(HeadRejectedError, match="is a private key"):
        write_pack(folder, tmp_path / "a.cxrhead")
    assert not (tmp_path / "a.cxrhead").exists()


def test_a_key_that_another_program_made_signs_as_it_does_there(tmp_path: Path) -> None:
    # RFC 8032, section 7.1, test 2; Ed25519 is deterministic, so two programs give the same bytes.
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    private = Ed25519PrivateKey.from_private_bytes(seed)
    file = tmp_path / "key.pem"
    file.write_bytes(b"a comment\n" + private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    data, _ = sign(b"schema = 1\n", file)
    expected = private.sign(b"cxrviewer head.toml 1\x00schema = 1\n")
    assert data.split(b"\n")[1:3] == [base64.b64encode(public), base64.b64encode(expected)]


def test_a_key_under_which_one_signature_fits_everything_is_rejected() -> None:
    """The neutral point of the curve as key and as R, with S = 0: S*B = R + h*A holds for every h."""
    neutral = bytes([1, *bytes(31)])
    lines = (b"cxrviewer-head-signature 1", base64.b64encode(neutral), base64.b64encode(neutral + bytes(32)), b"")
    for manifest in (b"schema = 1\n", b"schema = 2\n"):
        with pytest.raises(HeadRejectedError, match="does not fit"):
            verify(manifest, b"\n".join(lines))


def _pem(key: Ed25519PrivateKey | rsa.RSAPrivateKey | x25519.X25519PrivateKey, form: PrivateFormat) -> bytes:
    return key.private_bytes(Encoding.PEM, form, NoEncryption())


def test_keys_that_are_none(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    good = _pem(key, PrivateFormat.PKCS8)
    password: KeySerializationEncryption = BestAvailableEncryption(b"secret")
    files = {
        "text": b"hello",
        "raw": key.private_bytes_raw(),
        "locked": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, password),
        "no base64": good.replace(b"\n-----END", b"A\n-----END"),
        "no end": good[:60],
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    for name in (*files, "nowhere"):
        with pytest.raises(HeadError, match="key file"):
            sign(b"", tmp_path / name)
    rsa_key = rsa.generate_private_key(65537, 1024)
    others = {
        "x25519": _pem(x25519.X25519PrivateKey.generate(), PrivateFormat.PKCS8),
        "rsa": _pem(rsa_key, PrivateFormat.PKCS8),
        "old rsa": _pem(rsa_key, PrivateFormat.TraditionalOpenSSL),
    }
    for name, data in others.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(HeadError, match="not an Ed25519 key"):
            sign(b"", tmp_path / name)


def test_an_unsigned_head_costs_no_cryptography(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nacl.signing", None)
    assert verify(b"", None) == ""
    assert discover_one(signed(tmp_path / "a", None)).problems == ()
    assert signature_module.normal_fingerprint("aaaaa aaaaa-aaaaa bbbb1") == ""


def test_the_commands_sign_show_and_change_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], key: Path, other: Path
) -> None:
    folder = signed(tmp_path / "a", None)
    assert run(["heads", "keygen", str(tmp_path / "new.pem")]) == 0
    assert fingerprint_of(tmp_path / "new.pem") in capsys.readouterr().out
    assert run(["heads", "sign", str(folder), "--key", str(key)]) == 0
    assert run(["heads", "check", str(folder)]) == 0
    assert f"ok    signature  signed with the key {fingerprint_of(key)}" in capsys.readouterr().out
    assert run(["heads", "install", str(folder)]) == 0
    told = capsys.readouterr().out
    assert f"signed with the key {fingerprint_of(key)}, seen here for the first time and remembered" in told
    assert run(["heads", "info", "org.example.tiny"]) == 0
    assert f"signed:       with the key {fingerprint_of(key)}" in capsys.readouterr().out
    assert run(["heads", "list"]) == 0
    assert f"[usable, signed {fingerprint_of(key)}]" in capsys.readouterr().out
    newer = signed(tmp_path / "b", other, version="2.0.0")
    assert run(["heads", "install", str(newer)]) == 2
    assert run(["heads", "trust", "org.example.tiny", "--key", "nonsense"]) == 2
    assert run(["heads", "trust", "org.example.tiny", "--key", fingerprint_of(other).lower()]) == 0
    assert run(["heads", "install", str(newer)]) == 0
    capsys.readouterr()
    assert run(["heads", "trust", "org.example.tiny"]) == 0
    assert fingerprint_of(other) in capsys.readouterr().out
    assert run(["heads", "trust", "org.example.tiny", "--forget"]) == 0
    assert run(["heads", "install", str(signed(tmp_path / "c", None, id="org.example.plain"))]) == 0
    assert "It is not signed: nothing shows who made it." in capsys.readouterr().out
    (folder / "model.onnx").write_bytes(b"changed")
    assert run(["heads", "sign", str(folder), "--key", str(key)]) == 2
