"""The library's index: files against the bare header read, a second scan, and searching 100,000 studies.

Run ``python -m benchmarks.bench_index``. All rates are measured in turns in one run, so ratios hold on a busy machine
too, and so does processor time, of this process and those it started, which is printed beside. The bare read is
pydicom's ``dcmread(stop_before_pixels=True)`` in as many processes, which were started before. dcmtk's ``dcmqridx``
and Orthanc's import take part where they are installed. Aims: at most 1.2 x the bare read; a second scan within 1 s; a
search within 50 ms, the first page within 100 ms.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import psutil
import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import DigitalXRayImageStorageForPresentation

from cxrviewer.cancel import CancelToken
from cxrviewer.decoder.client import DecoderPool
from cxrviewer.imaging.contents import Header, Identity
from cxrviewer.imaging.radiograph import ImageFacts, Source
from cxrviewer.imaging.stamp import FileStamp
from cxrviewer.studies.index.scan import IndexScan
from cxrviewer.studies.index.scores import ModelVersion, Scores
from cxrviewer.studies.index.store import FileRow, FileState, Index, study_findings
from cxrviewer.studies.index.text import words
from cxrviewer.studies.index.user_store import StudyStatus, UserStore
from cxrviewer.studies.index.worklist import Column, Worklist
from tests.builders.dicom import image_bytes

CHUNK = 32
FAMILIES = (
    "Müller",
    "Kowalska",
    "Фёдоров",
    "Παπαδόπουλος",
    "Hong=洪",
    "Yamada=山田",
    "O'Neil",
    "Łukasz",
    "Nguyễn",
    "Smith",
)
GIVEN = ("Anna", "Jörg", "Пётр", "Γιώργος", "Gildong=吉洞", "Tarou=太郎", "Ann-Marie", "Żaneta", "Văn", "John")
QUERIES = (
    "muller", "name:kowalska date:2015..2018", "山田", "фед", "id:P00123", "thorax", "a", "status:new modality:dx",
    "p", "thorax view:pa", "date:2010..2018", "a date:2010..2018", "2016", "modality:cr", "status:read", "view:ll",
    "finding:effusion", "finding:p", "finding:p status:new",
)  # fmt: skip
FINDINGS = (
    "Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Emphysema", "Fibrosis", "Fracture", "Hernia",
    "Infiltration", "Lung lesion", "Lung opacity", "Pleural effusion", "Pneumonia", "Pneumothorax",
)  # fmt: skip


def code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "SCT", meaning
    return item


def template() -> bytes:
    """Return a small DX image with about as many elements as those of current systems have."""
    texts = {
        "Manufacturer": "Maker", "ManufacturerModelName": "Model 3000", "InstitutionName": "General Hospital",
        "StationName": "DX-ROOM-2", "InstitutionAddress": "1 Main Street", "ReferringPhysicianName": "Ref^Erring",
        "PerformingPhysicianName": "Per^Forming", "OperatorsName": "Oper^Ator", "SeriesDate": "20261118",
        "AcquisitionDate": "20261118", "ContentDate": "20261118", "SeriesTime": "160201", "AcquisitionTime": "160202",
        "ContentTime": "160203", "DeviceSerialNumber": "12345", "SoftwareVersions": "V4.1", "ProtocolName": "Chest PA",
        "KVP": "125", "DistanceSourceToDetector": "1800", "DistanceSourceToPatient": "1750", "ExposureTime": "8",
        "XRayTubeCurrent": "320", "Exposure": "3", "ExposureInuAs": "2560", "FilterType": "NONE", "Grid": "FOCUSED",
        "FocalSpots": "1.2", "DetectorType": "SCINTILLATOR", "DetectorID": "D1", "RelativeXRayExposure": "400",
        "ExposureIndex": "320", "TargetExposureIndex": "350", "DeviationIndex": "-0.4", "StudyID": "1",
        "AcquisitionNumber": "1", "ImageComments": "", "PatientOrientation": ["L", "F"], "ImageLaterality": "U",
        "LossyImageCompression": "00", "WindowCenter": "2048", "WindowWidth": "4096", "RescaleIntercept": "0",
        "RescaleSlope": "1", "RescaleType": "US", "PresentationLUTShape": "IDENTITY", "BurnedInAnnotation": "NO",
        "PresentationIntentType": "FOR PRESENTATION", "PixelIntensityRelationship": "LOG",
        "ImagerPixelSpacing": [0.14, 0.14],
        "PerformedProcedureStepID": "PPS1", "PerformedProcedureStepDescription": "Chest", "EthnicGroup": "",
        "PatientComments": "", "AdditionalPatientHistory": "cough", "DerivationDescription": "",
        "AcquisitionDeviceProcessingDescription": "STD",
        "PositionerType": "COLUMN", "CollimatorShape": "RECTANGULAR", "FieldOfViewShape": "RECTANGLE",
        "TableType": "FIXED",
    }  # fmt: skip
    sequences = {
        "ViewCodeSequence": [code("399348003", "antero-posterior")],
        "AnatomicRegionSequence": [code("51185008", "Chest")],
        "ProcedureCodeSequence": [code("399208008", "Plain chest X-ray")],
        "PerformedProtocolCodeSequence": [code("399208008", "Plain chest X-ray")],
    }
    return image_bytes(
        np.zeros((64, 64), np.uint16), bits=12, SOPClassUID=DigitalXRayImageStorageForPresentation,
        SOPInstanceUID="1.2.826.0.1.3680043.10.4321.3.10000", StudyInstanceUID="1.2.826.0.1.3680043.10.4321.1.10000",
        SeriesInstanceUID="1.2.826.0.1.3680043.10.4321.2.10000", PatientID="PAT00000", PatientName="NAME00000^GIVEN",
        **texts, **sequences,
    )  # fmt: skip


def write_files(folder: Path, count: int) -> list[Path]:
    """Write `count` files: two images a study, two studies a patient, a thousand files a folder."""
    data = template()
    paths = []
    for number in range(count):
        made = data.replace(b"4321.3.10000", b"4321.3.%05d" % (10000 + number))
        made = made.replace(b"4321.1.10000", b"4321.1.%05d" % (10000 + number // 2))
        made = made.replace(b"4321.2.10000", b"4321.2.%05d" % (10000 + number // 2))
        made = made.replace(b"PAT00000", b"PAT%05d" % (number // 4)).replace(b"NAME00000", b"NAME%05d" % (number // 4))
        path = folder / f"{number // 1000:03}" / f"IM{number:05}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(made)
        paths.append(path)
    return paths


def bare(paths: Sequence[str]) -> int:
    """Read headers as plainly as pydicom allows."""
    for path in paths:
        pydicom.dcmread(path, stop_before_pixels=True)
    return len(paths)


def chunks(paths: Sequence[Path]) -> Iterator[list[str]]:
    for start in range(0, len(paths), CHUNK):
        yield [str(path) for path in paths[start : start + CHUNK]]


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def processor_seconds() -> float:
    """Return the processor time of this process and its children until now."""
    here = psutil.Process()
    times = [process.cpu_times() for process in (here, *here.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))


def both_seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Return the time that `work` takes, and the processor time."""
    before = processor_seconds()
    took = seconds(work)
    return took, processor_seconds() - before


def peer_dcmqridx(paths: Sequence[Path], scratch: Path) -> float | str:
    """Return the seconds dcmtk takes to register the files, or why it takes no part."""
    program = shutil.which("dcmqridx")
    if program is None:
        return "dcmqridx is not installed (Debian package dcmtk)"
    home = scratch / "dcmqridx"
    shutil.rmtree(home, ignore_errors=True)

    def register() -> None:
        # One index holds some hundred studies at most; with more the program aborts.
        for part in range(0, len(paths), 400):
            target = home / str(part)
            target.mkdir(parents=True)
            names = [str(path) for path in paths[part : part + 400]]
            subprocess.run([program, str(target), *names], check=True, capture_output=True)

    try:
        return seconds(register)
    except subprocess.CalledProcessError as error:
        return f"dcmqridx ended with status {error.returncode}"


def peer_orthanc(paths: Sequence[Path], scratch: Path) -> float | str:
    """Return the seconds Orthanc takes to import the files over its own interface, or why it takes no part."""
    program = shutil.which("Orthanc")
    if program is None:
        return "Orthanc is not installed (Debian package orthanc)"
    home = scratch / "orthanc"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    settings = {
        "StorageDirectory": str(home), "IndexDirectory": str(home), "HttpPort": 18042, "DicomServerEnabled": False,
        "RemoteAccessAllowed": False, "AuthenticationEnabled": False, "Plugins": [],
    }  # fmt: skip
    (home / "settings.json").write_text(json.dumps(settings))
    with subprocess.Popen([program, str(home / "settings.json")], stdout=-3, stderr=-3) as process:
        try:
            if not answers("http://127.0.0.1:18042/system"):
                return "Orthanc did not start"
            return seconds(lambda: [post("http://127.0.0.1:18042/instances", path.read_bytes()) for path in paths])
        finally:
            process.terminate()


def answers(address: str) -> bool:
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return True
        except OSError:
            time.sleep(0.1)
    return False


def post(address: str, data: bytes) -> None:
    with urllib.request.urlopen(urllib.request.Request(address, data=data, method="POST")) as answer:
        answer.read()


def index_files(folder: Path, paths: Sequence[Path], scratch: Path, jobs: int, rounds: int) -> None:
    """Print the rates of indexing and of a second scan."""
    times: dict[str, list[tuple[float, float]]] = {"bare": [], "index": [], "rescan": []}
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        pool.map(bare, list(chunks(paths[: CHUNK * jobs])), chunksize=1)
        decoder = DecoderPool(jobs)
        decoder.start()
        decoder.read_many(paths[:CHUNK])
        try:
            for number in range(rounds):
                times["bare"].append(both_seconds(lambda: list(pool.imap_unordered(bare, list(chunks(paths))))))
                index = Index(scratch / f"index{number}.sqlite")
                root = index.add_root(folder)

                def scan(index: Index = index) -> None:
                    IndexScan(index, decoder, index.roots(), workers=jobs).run(CancelToken())

                times["index"].append(both_seconds(scan))
                times["rescan"].append(both_seconds(scan))
                assert root.kept and Worklist(index.database).count() == (len(paths) + 1) // 2
                index.close()
        finally:
            decoder.close()
    for kind, which in (("time", 0), ("processor time", 1)):
        print(kind)
        for name, found in times.items():
            middle = statistics.median(one[which] for one in found)
            ratios = [one[which] / two[which] for one, two in zip(found, times["bare"], strict=True)]
            rounds = " ".join(f"{ratio:.2f}" for ratio in ratios)
            print(f"  {name:8} {middle:7.2f} s  {statistics.median(ratios):5.2f} x bare   rounds: {rounds}")
    base = statistics.median(one[0] for one in times["bare"])
    for name, peer in (("dcmqridx", peer_dcmqridx), ("Orthanc", peer_orthanc)):
        result = peer(paths, scratch)
        shown = result if isinstance(result, str) else f"{result:7.2f} s  {result / base:5.2f} x bare   one process"
        print(f"{name:10} {shown}")


def synthetic(number: int) -> Header:
    """Return a made header; names in many scripts."""
    family, given = FAMILIES[number % 10].split("="), GIVEN[number // 10 % 10].split("=")
    name = f"{family[0]}^{given[0]}{number // 3 % 1000}"
    if len(family) > 1 and len(given) > 1:
        name += f"={family[1]}^{given[1]}"
    identity = Identity(
        patient_name=name, patient_id=f"P{number // 3:06}", birth_date=f"{1930 + number // 3 % 80}-01-01", sex="F",
        study_uid=f"1.1.{number}", study_date=f"{2005 + number % 21}-{1 + number % 12:02}-{1 + number % 28:02}",
        study_time="10:00", study_description="Thorax p.a." if number % 3 else "Chest two views",
        accession_number=f"A{number}", series_uid=f"1.2.{number}", sop_instance_uid=f"1.3.{number}",
    )  # fmt: skip
    facts = ImageFacts(
        source=Source.DICOM, modality="DX" if number % 9 else "CR", body_part="CHEST",
        view_position="PA" if number % 7 else "LL", rows=8, columns=8,
    )  # fmt: skip
    return Header(facts, identity, True, FileStamp(1000, 1, 1, 1, number, 900, f"{number:064x}"))


def use_and_score(index: Index) -> None:
    """Make every fiftieth study one that was read, and give every image scores, each thirteenth above its threshold."""
    version = ModelVersion("student", "ab" * 32, "cd" * 32)
    index.change_marks(index.database.numbers("SELECT id FROM study WHERE id % 50 = 7"), status=StudyStatus.READ)
    images = index.database.rows("SELECT id, uid, digest FROM image")
    above = [[(place + 3 * number) % 13 == 0 for place in range(len(FINDINGS))] for number, _, _ in images]
    with index.database.transaction() as database:
        database.executemany(
            "INSERT INTO scoring (id, digest, uid, head, model, recipe, outcome, reason, flagged) "
            "VALUES (?, ?, ?, ?, ?, ?, 'scored', '', ?)",
            [
                (number, digest, uid, version.head, version.model, version.recipe, sum(flags))
                for (number, uid, digest), flags in zip(images, above, strict=True)
            ],
        )
        database.executemany(
            "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, 0.5, ?)",
            [
                (number, place, str(place), FINDINGS[place], words(FINDINGS[place]), 0.9 if flag else 0.1, flag)
                for (number, _, _), flags in zip(images, above, strict=True)
                for place, flag in enumerate(flags)
            ],
        )
    Scores(index).set_current([version])  # brings them to the studies
    flags = index.database.rows("SELECT id, flag FROM study")
    with index.database.transaction() as database:
        kept = [(study_findings(database, int(str(study)), int(str(flag))), study) for study, flag in flags]
        database.executemany("UPDATE study SET findings = ? WHERE id = ?", kept)


def search_studies(scratch: Path, count: int, rounds: int) -> None:
    """Print what pages and searches of `count` studies take."""
    index = Index(scratch / "large.sqlite", UserStore(scratch / "user.sqlite"))
    root = index.add_root(scratch)
    folder = index.folder(root, b"")

    def fill() -> None:
        for start in range(0, count, 1000):
            numbers = range(start, min(start + 1000, count))
            index.write([
                FileRow(folder, os.fsencode(f"f{number}"), FileState(1000, 1, 1), header=synthetic(number))
                for number in numbers
            ])  # fmt: skip

    print(f"\n{count:,} studies, written in {seconds(fill):.1f} s", end="; ", flush=True)
    print(f"used and scored in {seconds(lambda: use_and_score(index)):.1f} s")
    listed = Worklist(index.database)
    cases: dict[str, Callable[[], object]] = {
        f"first page by {column.name.lower()}": lambda column=column: listed.page(column)  # type: ignore[misc]
        for column in Column
    }
    cases["number of all"] = listed.count
    for query in QUERIES:
        cases[f"search {query}"] = lambda query=query: listed.page(query=query)  # type: ignore[misc]
        cases[f"all of {query}"] = lambda query=query: listed.keys(query=query)  # type: ignore[misc]
        cases[f"count {query}"] = lambda query=query: listed.count(query)  # type: ignore[misc]
        cases[f"window {query}"] = lambda query=query: screen(listed, query)  # type: ignore[misc]
        cases[f"search by name {query}"] = lambda query=query: listed.page(Column.NAME, query=query)  # type: ignore[misc]
    for name, work in cases.items():
        found, used = [], []
        for _ in range(rounds):
            listed = Worklist(index.database)  # one keeps what it searched last
            begun = time.process_time()
            found.append(seconds(work))
            used.append(time.process_time() - begun)
        print(f"{name:44} {1000 * statistics.median(found):7.1f} ms  worst {1000 * max(found):7.1f} ms  "
              f"processor {1000 * statistics.median(used):7.1f} ms")  # fmt: skip
    index.close()


def screen(listed: Worklist, query: str) -> None:
    """Read what the window shows of a search first: the rows of a screen, and how many studies there are."""
    keys, _, _ = listed.first(Column.DATE, descending=True, limit=60, query=query)
    listed.rows(list(keys))


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--studies", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cxr-bench-") as name:
        scratch = Path(name)
        if given.files:
            (scratch / "files").mkdir()
            paths = write_files(scratch / "files", given.files)
            elements = len(pydicom.dcmread(paths[0], stop_before_pixels=True))
            size = paths[0].stat().st_size
            print(f"{given.files:,} files of {size:,} bytes, {elements} elements, {given.jobs} processes")
            index_files(scratch / "files", paths, scratch, given.jobs, given.rounds)
        if given.studies:
            search_studies(scratch, given.studies, max(5, given.rounds))


if __name__ == "__main__":
    main()
