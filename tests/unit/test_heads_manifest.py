"""head.toml: what is read, what is rejected, and that every problem is named in one round."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from cxrviewer.errors import ManifestError
from cxrviewer.heads.contract import CalibrationInterval, EligibilitySpec, HeadManifest
from cxrviewer.heads.package.manifest import parse_manifest, read_manifest, write_manifest
from cxrviewer.heads.registry.conformance import check_head
from cxrviewer.heads.registry.discover import discover
from tests.builders import heads as build

KNOWN = CalibrationInterval(
    slope_error=0.08, offset_error=0.25, correlation=-0.5, n=1051, positives=124, patients=258, data="validation images"
)


def tiny(**changes: object) -> HeadManifest:
    files = {"test_input.npy": b"1", "test_logits.npy": b"2", "density.npz": b"3"}
    return build.manifest(b"model", files, **changes)


def problems_of(text: str) -> tuple[str, ...]:
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text)
    return caught.value.problems


def test_a_written_manifest_reads_back_as_itself() -> None:
    eligibility = EligibilitySpec(
        modality=("DX",), view=("PA",), min_age=18.0, max_age=99.5, min_pixels=200, density="density.npz"
    )
    one, two = tiny().findings
    made = tiny(
        title='Quotes ", backslash \\, tab-free, grüße, 胸部 and \u2028',
        eligibility=eligibility,
        findings=(replace(one, auc=None), replace(two, slope=1e-05, offset=-3.0, interval=KNOWN)),
    )
    made = replace(made, title=made.title.replace("\u2028", "😀"))
    assert parse_manifest(write_manifest(made)) == made


def test_the_example_of_the_manual_is_valid() -> None:
    manual = Path(__file__).resolve().parents[2] / "docs" / "heads.md"
    example = manual.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    manifest = parse_manifest(example)
    assert manifest.findings[0].code.value == "60046008"
    assert manifest.validated(manifest.findings[0])


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('id = "org.example.tiny"', 'id = "Org Example"', "id: must be lower-case letters, digits, . _ -"),
        ("threshold = 0.55", "treshold = 0.55", "finding[0].threshold: is missing"),
        ("threshold = 0.55", "threshold = 0.55\nmean = 3", "finding[0].mean: is not a known key"),
        ("pad = 0.0", "pad = true", "recipe.pad: must be a number"),
        ("pad = 0.0", "pad = nan", "recipe.pad: must be a finite number"),
        ("pad = 0.0", "", "recipe.pad: is missing"),
        ("channels = 1", "channels = 2", "recipe.channels: must be 1 or 3, got 2"),
        ('grey = "default_window"', 'grey = "my_window"', "recipe.grey: must be one of default_window, full_range"),
        ('file = "model.onnx"', 'file = "../model.onnx"', "model.file: must be the plain name of a file"),
        ('file = "model.onnx"', 'file = "/etc/passwd"', "model.file: must be the plain name of a file"),
        ('input = "test_input.npy"', 'input = "a/b.npy"', "test.input: must be the plain name of a file"),
        ("index = 1", "index = 0", "finding: every index may be used once"),
        ("index = 1", "index = -1", "finding[1].index: must be between 0 and 9999"),
        ("low = 0.77", "low = 0.9", "finding[0].auc.value: must lie between low and high"),
        ("positives = 131", "positives = 1388", "finding[0].auc.positives: must be fewer than n"),
        ('meaning = "Pneumothorax"', 'meaning = "A\\u001b[31m"', "finding[1].code.meaning: must not hold control"),
        ('maps = "gradcam"', "", "explanation.method: must be 'none' without model.maps"),
        ('maps = "gradcam"', 'maps = "logits"', "model.logits: logits, maps and features must be different"),
        ("reference = 4.0", "reference = 0", "explanation.reference: must lie in [1e-30, 1e30]"),
        ("evidence_bar = 0.6", "evidence_bar = 0.2", "evidence_bar: must lie in [0.5, 1)"),
        ('"test_input.npy" = "', '"test_input.npy" = "X', "files.test_input.npy: must be the SHA-256"),
        ('"density.npz" = "', '"../density.npz" = "', "files.../density.npz: must be the plain name of a file"),
        ("min_age = 18.0", "min_age = 18.0\nmax_age = 12", "scope.min_age: must be below max_age"),
        ("slope = 2.0", "slope = 2.0\nmap_reference = 0", "finding[0].map_reference: must lie in [1e-30, 1e30]"),
        ("slope = 2.0", "slope = 1" + "0" * 100, "finding[0].slope: must lie in (0, 1000]"),
    ],
)
def test_a_wrong_value_is_named_by_its_key(old: str, new: str, problem: str) -> None:
    text = write_manifest(tiny())
    assert old in text
    found = problems_of(text.replace(old, new, 1))
    assert any(p.startswith(problem) for p in found), found


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("slope_error = 0.08", "slope_error = -0.1", "slope_error: must lie in [0, 1000]"),
        ("slope_error = 0.08", "slope_error = nan", "slope_error: must lie in [0, 1000]"),
        (
            "slope_error = 0.08, offset_error = 0.25",
            "slope_error = 0, offset_error = 0",
            "slope_error: must not be 0",
        ),
        ("offset_error = 0.25", "offset_error = 1e9", "offset_error: must lie in [0, 1000]"),
        # Beyond 1 the covariance would not be positive semi-definite.
        ("correlation = -0.5", "correlation = -1.01", "correlation: must lie in [-1, 1]"),
        ("correlation = -0.5, ", "", "correlation: is missing"),
        ("positives = 124", "positives = 1051", "positives: must be fewer than n"),
        ("positives = 124", "positives = 0", "positives: must be between 1 and"),
        ("patients = 258", "patients = 1052", "patients: must not be more than n"),
        ('data = "validation images"', 'data = " "', "data: must"),
        ("n = 1051", "n = 1051, level = 0.9", "level: is not a known key"),
    ],
)
def test_a_wrong_interval_is_named_by_its_key(old: str, new: str, problem: str) -> None:
    one, two = tiny().findings
    text = write_manifest(tiny(findings=(one, replace(two, interval=KNOWN))))
    assert text.count(old) == 1
    found = problems_of(text.replace(old, new))
    assert any(p.startswith(f"finding[1].interval.{problem}") for p in found), found


def test_a_head_without_intervals_loads_as_before() -> None:
    assert all(finding.interval is None for finding in parse_manifest(write_manifest(tiny())).findings)


def test_thirty_errors_are_reported_in_one_round() -> None:
    findings = "\n".join(
        f'[[finding]]\ncode = {{ scheme = "SCT", value = "{n}", meaning = "x" }}\nindex = {n}\nthreshold = 2\n'
        'threshold_source = "s"\nslope = -1\noffset = "no"'
        for n in range(10)
    )
    text = write_manifest(tiny())
    head, tail = text.split("[[finding]]")[0], text[text.index("[test]") :]
    found = problems_of(head + findings + "\n" + tail)
    assert len(found) == 30
    assert found[0] == "finding[0].threshold: must lie between 0 and 1"
    assert found[-1] == "finding[9].offset: must be a number"


def test_an_empty_manifest_names_every_missing_table() -> None:
    found = problems_of("")
    for table in ("model", "recipe", "scope", "explanation", "finding", "test", "files"):
        assert f"{table}: is missing" in found


def test_another_schema_is_the_only_problem_reported() -> None:
    # Its keys may mean something else, so complaining about them would mislead.
    found = problems_of("schema = 2\nwhatever = 1\n")
    assert found == ("schema: this program reads contract version 1, not 2",)


@pytest.mark.parametrize("text", ["schema = ", "a = [" * 2000, "\x00", "schema = 1\nschema = 1"])
def test_text_that_is_no_toml_is_one_problem(text: str) -> None:
    assert problems_of(text)[0].startswith("head.toml: is not readable TOML")


def test_discovery_reports_bad_heads_and_never_fails(tmp_path: Path) -> None:
    build.write_head(tmp_path / "a_good")
    (tmp_path / "b_binary").mkdir()
    (tmp_path / "b_binary" / "head.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "c_folder" / "head.toml").mkdir(parents=True)
    (tmp_path / "d_link").mkdir()
    (tmp_path / "d_link" / "head.toml").symlink_to(tmp_path / "a_good" / "head.toml")
    (tmp_path / "e_big").mkdir()
    (tmp_path / "e_big" / "head.toml").write_bytes(b"#" * (2**20 + 1))
    (tmp_path / "f_no_head").mkdir()
    build.write_head(tmp_path / "g_same_id")
    heads = discover([tmp_path / "absent", tmp_path])
    assert [h.folder.name for h in heads] == ["a_good", "b_binary", "c_folder", "d_link", "e_big", "g_same_id"]
    good, binary, folder, link, big, clash = heads
    assert good.manifest is not None and not good.problems
    assert binary.problems == ("head.toml: is not UTF-8 text",)
    assert folder.problems[0].startswith("head.toml: ") and folder.manifest is None
    assert link.problems[0].startswith("head.toml: ") and link.manifest is None
    assert "larger than the allowed 1 MiB" in big.problems[0]
    assert clash.problems == ("id: is already taken by another head",)


def test_a_pipe_in_place_of_the_manifest_does_not_hang(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "head.toml")
    with pytest.raises(ManifestError, match="not a plain file"):
        read_manifest(tmp_path)


def test_which_contract_a_manifest_is_for_is_not_told_from_words(tmp_path: Path) -> None:
    """A key may be called like the sentence about another contract."""
    folder = build.write_head(tmp_path / "made").folder
    text = (folder / "head.toml").read_text()
    (folder / "head.toml").write_text('"schema: this program reads" = 1\n' + text)
    assert check_head(folder)[-1].name == "manifest"
    (folder / "head.toml").write_text(text.replace("schema = 1", "schema = 2"))
    assert check_head(folder)[-1].name == "contract_version"
