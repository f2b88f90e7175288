"""What was found on disk, as patient, study, series and image. In memory only."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from cxrviewer.imaging.contents import Header, Identity
from cxrviewer.studies.index.identity import content_digest
from cxrviewer.studies.index.text import name_key, normalised, words
from cxrviewer.studies.persons import Pairs, Person, sharing_an_id
from cxrviewer.studies.priors import PriorImage, PriorStudy, find_priors, is_portable, moment


class ImageEntry(Struct, frozen=True):
    """A file that holds an image, as it was when its header was read.

    Attributes
    ----------
    frame : int
        From 0: which of its frames is meant. Lists hold files, and thereby the first frame.
    """

    path: Path
    header: Header
    frame: int = 0

    @property
    def key(self) -> str:
        """32 hex digits for the path and the stamp of what was read there.

        Another content under the same path has another key, so rows, small pictures, decoded
        pixels and findings of the older one cannot be taken for its own. ASCII whatever the
        path is made of. Anyone who guesses the path can test the guess: not for logs.
        """
        stamp = self.header.stamp
        content = "" if stamp is None else stamp.token
        if self.frame:
            content += f"\0{self.frame}"
        return hashlib.sha256(os.fsencode(self.path) + b"\0" + content.encode()).hexdigest()[:32]

    @property
    def digest(self) -> str:
        """What tells contents apart wherever they lie (`content_digest`); empty without a stamp."""
        return "" if self.header.stamp is None else content_digest(self.header.stamp)

    @property
    def moment(self) -> str:
        """Day and time of its study (`priors.moment`)."""
        return moment(self.header.identity.study_date, self.header.identity.study_time)

    def at(self, frame: int) -> ImageEntry:
        """Return another frame of the same file."""
        return self if frame == self.frame else replace(self, frame=frame)


PatientKey = tuple[str, str, str]
"""What makes a patient one heading: ID, name and birth date, as they are written."""


class SeriesNode(Struct):
    """Images of one (0020,000E) Series Instance UID, by (0020,0013) Instance Number."""

    identity: Identity
    images: list[ImageEntry] = field(default_factory=list)


class StudyNode(Struct):
    """Series of one (0020,000D) Study Instance UID, by (0020,0011) Series Number."""

    identity: Identity
    series: list[SeriesNode] = field(default_factory=list)

    def images(self) -> Iterator[ImageEntry]:
        for series in self.series:
            yield from series.images


class PatientNode(Struct):
    """Studies of one patient, newest first."""

    identity: Identity
    studies: list[StudyNode] = field(default_factory=list)


class Alike(Struct, frozen=True):
    """A study among those that may be of the same person.

    Attributes
    ----------
    entries : tuple of ImageEntry
        Of all of them; `PriorImage.id` counts them.
    studies : tuple of PriorStudy
    current : int
        Which of `studies` it is.
    """

    entries: tuple[ImageEntry, ...]
    studies: tuple[PriorStudy, ...]
    current: int

    @property
    def study(self) -> PriorStudy:
        return self.studies[self.current]


class _Contents:
    """What is listed under each (0008,0018) SOP Instance UID. Reads no file: it goes by what the scan has read."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self._token: dict[str, str] = {}
        self._scan: dict[tuple[str, str], int] = {}

    def seen(self, entry: ImageEntry, scan: int | None) -> bool:
        """Note in which scan a content was found; return whether this one had it under the UID already."""
        content = entry.header.identity.sop_instance_uid, entry.digest
        before = self._scan.get(content)
        if scan is not None:
            self._scan[content] = scan
        return scan is not None and before == scan

    def add(self, entry: ImageEntry, scan: int | None) -> None:
        # A scan leaves out what is the same byte for byte, so a second one differs behind what the digest covers.
        again = self.seen(entry, scan)
        token = self._token[entry.key] = entry.key if again else entry.digest
        self._counts.setdefault(entry.header.identity.sop_instance_uid, Counter())[token] += 1

    def remove(self, entry: ImageEntry) -> None:
        uid, token = entry.header.identity.sop_instance_uid, self._token.pop(entry.key)
        counts = self._counts[uid]
        counts[token] -= 1
        if not counts[token]:
            del counts[token]
        if not counts:
            del self._counts[uid]

    def collide(self, entry: ImageEntry) -> bool:
        uid = entry.header.identity.sop_instance_uid
        contents = self._counts.get(uid) if uid else None
        if contents is None:
            return False
        if len(contents) > 1:
            return True
        return entry.digest not in contents and self._token.get(entry.at(0).key) not in contents

    def clear(self) -> None:
        self._counts.clear()
        self._token.clear()
        self._scan.clear()


class Library:
    """Every image found so far, in reading order.

    Patients come with the one seen most recently first, studies newest first, series and
    images by their numbers. Of each path only what was read last is here.

    Attributes
    ----------
    revision : object
        Another one after each change of what is listed.
    """

    def __init__(self) -> None:
        self._entries: dict[str, ImageEntry] = {}
        self._key_at: dict[Path, str] = {}
        self._contents = _Contents()
        self._compared: dict[PatientKey, tuple[str, str, str]] = {}
        self._sharing: set[PatientKey] | None = None  # None after a change
        self._pairs: Pairs = {}
        self._known: tuple[tuple[str, str, str], ...] = ()
        self.revision = object()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __getitem__(self, key: str) -> ImageEntry:
        return self._entries[key]

    def keys(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def at(self, path: Path) -> ImageEntry | None:
        """Return what was read at `path`."""
        key = self._key_at.get(path)
        return None if key is None else self._entries[key]

    def paths(self) -> tuple[Path, ...]:
        return tuple(self._key_at)

    def add(self, entry: ImageEntry, scan: int | None = None) -> bool:
        """Take in an image instead of what was read at its path before; False when it is the same content.

        Parameters
        ----------
        scan : int, optional
            Number of the scan that found it: one scan lists no two files that are the same byte for byte.
        """
        if entry.key in self._entries:
            self._contents.seen(entry, scan)
            return False
        self.remove(entry.path)
        self._contents.add(entry, scan)
        self._entries[entry.key] = entry
        self._changed()
        self._key_at[entry.path] = entry.key
        return True

    def rename(self, entry: ImageEntry) -> bool:
        """Take the header of an image whose text reads differently now; False where its content is not listed."""
        if entry.key not in self._entries:
            return False
        self._entries[entry.key] = entry
        self._changed()
        return True

    def remove(self, path: Path) -> ImageEntry | None:
        """Forget what was read at `path` and return it."""
        key = self._key_at.pop(path, None)
        if key is None:
            return None
        entry = self._entries.pop(key)
        self._changed()
        self._contents.remove(entry)
        return entry

    def colliding(self, entry: ImageEntry) -> bool:
        """Return whether other content is listed under the SOP Instance UID of an image."""
        return self._contents.collide(entry)

    def sharing_an_id(self) -> set[PatientKey]:
        """Return the patients whose ID another one has who is perhaps another person (`know`, `go_by`)."""
        if self._sharing is None:
            # Making names comparable takes longest, and 10,000 images are listed again and again.
            before, self._compared = self._compared, {}
            for key in map(patient_key, self._entries.values()):
                if key not in self._compared:
                    one, name, birth = key
                    self._compared[key] = before.get(key) or (normalised(one), name_key(name), birth)
            shared = sharing_an_id([*self._compared.values(), *self._known], self._pairs)
            self._sharing = {key for key, yes in zip(self._compared, shared, strict=False) if yes}
        return self._sharing

    def patients(self) -> frozenset[tuple[str, str, str]]:
        """Return ID, name and birth date of the patients that have an ID, as `persons.sharing_an_id` compares them."""
        self.sharing_an_id()
        return frozenset(who for who in self._compared.values() if who[0])

    def know(self, patients: Sequence[tuple[str, str, str]]) -> None:
        """Take patients of elsewhere with IDs of this list, as `persons.sharing_an_id` compares them."""
        if tuple(patients) != self._known:  # looked up after every scan
            self._known, self._sharing = tuple(patients), None

    def go_by(self, pairs: Pairs) -> None:
        """Take the reader's decisions: patients confirmed to be one person do not share an ID with each other."""
        self._pairs, self._sharing = pairs, None

    def clear(self) -> None:
        """Forget every image; the reader's decisions stay."""
        self._entries.clear()
        self._known = ()
        self._changed()
        self._contents.clear()
        self._key_at.clear()

    def _changed(self) -> None:
        self._sharing, self.revision = None, object()

    def prior(self, entry: ImageEntry) -> ImageEntry | None:
        """Return what to compare an image with (`priors.find_priors`, `go_by`); None where no older study is certainly
        its own."""
        alike = self.alike(entry)
        if entry not in alike.entries:
            return None
        image = prior_image(alike.entries.index(entry), entry)
        found = find_priors(alike.study, image, alike.studies, self._pairs).first
        return None if found is None else alike.entries[found.image.id]

    def alike(self, entry: ImageEntry, also: Iterable[str] = ()) -> Alike:
        """Return the study of a listed image with those that may be of the same person.

        Parameters
        ----------
        also : iterable of str
            Keys of images whose studies may be, though neither ID, birth date nor name is written like this one's.
        """
        entries: list[ImageEntry] = []
        studies: list[PriorStudy] = []
        current = 0
        for node in self._alike(entry, also):
            first = len(entries)
            entries += node.images()
            images = tuple(prior_image(number, entries[number]) for number in range(first, len(entries)))
            if entry in entries[first:]:
                current = len(studies)
            studies.append(_prior_study(len(studies), node, images))
        return Alike(tuple(entries), tuple(studies), current)

    def newest_day(self, keys: Iterable[str]) -> tuple[ImageEntry, ...]:
        """Return an image of each study of the newest day, the newest first, of the first patient that `keys` hold."""
        patient = next(iter(self.tree([key for key in keys if key in self._entries])), None)
        if patient is None:
            return ()
        day = patient.identity.study_date
        return tuple(next(study.images()) for study in patient.studies if study.identity.study_date == day)

    def relatives(self, entry: ImageEntry) -> tuple[tuple[PriorStudy, tuple[ImageEntry, ...]], ...]:
        """Return each study that may be of the same person, its own included, with its images in reading order."""
        found = []
        for number, node in enumerate(self._alike(entry)):
            images = tuple(node.images())
            places = tuple(prior_image(place, one) for place, one in enumerate(images))
            found.append((_prior_study(number, node, places), images))
        return tuple(found)

    def _alike(self, entry: ImageEntry, also: Iterable[str] = ()) -> list[StudyNode]:
        """Return the studies with this ID, birth date or name, that of the image itself, and those of `also`."""
        who = entry.header.identity
        alike = [
            key
            for key, one in self._entries.items()
            if _shares(one.header.identity.patient_id, who.patient_id)
            or _shares(one.header.identity.birth_date, who.birth_date)
            or _shares(one.header.identity.patient_name, who.patient_name)
            or (one.header.identity.study_uid == who.study_uid and patient_key(one) == patient_key(entry))
        ]
        alike += [key for key in also if key in self._entries and key not in alike]
        return [node for patient in self.tree(alike) for node in patient.studies]

    def tree(self, wanted: Iterable[str] | None = None) -> list[PatientNode]:
        """Return the sorted tree of all images, or of those with the `wanted` keys."""
        entries = self._entries.values() if wanted is None else [self._entries[key] for key in wanted]
        patients: dict[PatientKey, PatientNode] = {}
        studies: dict[tuple[str, ...], StudyNode] = {}
        series: dict[tuple[str, ...], SeriesNode] = {}
        for entry in entries:
            who = entry.header.identity
            whose = patient_key(entry)
            # Without a UID, what was made on different days is at least not one study.
            study_key = (*whose, who.study_uid or f"\0{who.study_date}")
            series_key = (*study_key, who.series_uid)
            if whose not in patients:
                patients[whose] = PatientNode(who)
            if study_key not in studies:
                studies[study_key] = StudyNode(who)
                patients[whose].studies.append(studies[study_key])
            if series_key not in series:
                series[series_key] = SeriesNode(who)
                studies[study_key].series.append(series[series_key])
            series[series_key].images.append(entry)
        return _sorted(list(patients.values()))


def rewritten(older: ImageEntry, newer: ImageEntry) -> bool:
    """Return whether the content of the file changed between the two, and not its status only."""
    before, now = older.header.stamp, newer.header.stamp
    return older.header != newer.header if before is None or now is None else now.rewritten_since(before)


def _shares(one: str, other: str) -> bool:
    return one == other != ""


def prior_image(number: int, entry: ImageEntry) -> PriorImage:
    """Return an image as far as comparing it goes."""
    facts = entry.header.facts
    return PriorImage(number, facts.view_position, facts.body_part, facts.modality, is_portable(facts.descriptions))


def person_of(header: Header) -> Person:
    """Return whose image it is, as the header says."""
    return _person(header.identity)


def _person(who: Identity) -> Person:
    return Person(who.patient_id, who.patient_name, who.birth_date, who.sex)


def _prior_study(number: int, node: StudyNode, images: tuple[PriorImage, ...]) -> PriorStudy:
    who = node.identity
    person = _person(who)
    return PriorStudy(number, who.study_uid, person, who.study_date, who.study_time, images)


def search_text(entry: ImageEntry) -> str:
    """Return what the search box looks through, as words of the library's search are compared. For the screen only."""
    who, facts = entry.header.identity, entry.header.facts
    parts = (
        who.patient_name, who.patient_id, who.accession_number, who.study_date, who.study_date.replace("-", ""),
        who.study_description, who.series_description, facts.modality, facts.body_part, facts.view_position,
        entry.path.name,
    )  # fmt: skip
    return " ".join(filter(None, map(words, parts)))


def patient_key(entry: ImageEntry) -> PatientKey:
    """Return ID, name and birth date of the patient that an image is listed under; for nobody's, the folder."""
    who = entry.header.identity
    if who.patient_id or who.patient_name:
        return who.patient_id, who.patient_name, who.birth_date
    # Images that name nobody belong together by folder at most: never merge them into one "patient".
    return "", str(entry.path.parent), ""


def _number(value: int | None) -> tuple[bool, int]:
    return value is None, value or 0


def _sorted(patients: list[PatientNode]) -> list[PatientNode]:
    for patient in patients:
        for study in patient.studies:
            for one in study.series:
                one.images.sort(key=lambda e: (*_number(e.header.identity.instance_number), e.path.name))
            study.series.sort(key=lambda s: (*_number(s.identity.series_number), s.identity.series_uid))
        patient.studies.sort(key=lambda s: (s.identity.study_date, s.identity.study_time), reverse=True)
        patient.identity = patient.studies[0].identity
    patients.sort(key=lambda p: (p.identity.patient_name, p.identity.patient_id))
    patients.sort(key=lambda p: (p.identity.study_date, p.identity.study_time), reverse=True)
    return patients
