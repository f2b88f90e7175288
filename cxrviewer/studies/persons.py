"""Whether two headers are about one person: a function of ID, birth date, name and sex.

A wrong prior is worse than none, so whatever is not certain is left to the reader to confirm.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from cxrviewer.studies.index.text import name_key, normalised

NO_IDS = frozenset({"1", "unknown", "unk", "unbekannt", "none", "na", "null", "nil", "undefined", "anon", "anonym",
                    "anonymous", "anonymized", "anonymised", "anonymisiert", "deidentified", "deid", "removed",
                    "redacted", "masked", "withheld", "dummy", "default", "test", "patient", "patientid", "noid",
                    "nopatientid", "id", "notavailable", "匿名", "未知", "无"})  # fmt: skip
"""IDs that identify nobody, as they are compared, without separators; nor do zeros, crosses or separators alone."""

_MANY = 50
"""Patients with one ID: of more than these it is known without comparing each with each."""

_NOT_ID = re.compile(r"[^a-z0-9]")
_SEPARATORS = re.compile(r"[\W_]+")

Pairs = Mapping[tuple[str, str], bool]
"""What the reader decided of two identities, in order: whether they are one person (`UserStore.pairs`)."""


class Match(enum.Enum):
    """Are two headers about one person?"""

    SAME = "one person"
    DOUBTFUL = "perhaps one person: the reader decides"
    OTHER = "two persons"


class Likeness(enum.Enum):
    """How two values compare."""

    EQUAL = "equal"
    SIMILAR = "nearly equal"
    PARTLY = "partly equal"
    DIFFERENT = "different"
    UNKNOWN = "one is missing"


class Person(Struct, frozen=True):
    """Who a study is about, as the header says; empty text for what it does not say.

    Attributes
    ----------
    patient_id, name : str
        (0010,0020) Patient ID and (0010,0010) Patient's Name with its carets and groups.
    birth_date : str
        ``YYYY-MM-DD``.
    sex : str
        M, F, O or empty.
    """

    patient_id: str = ""
    name: str = ""
    birth_date: str = ""
    sex: str = ""

    @property
    def identity(self) -> str:
        """What a decision about this person is kept by; equal for spellings that are compared as equal."""
        return _joined((normalised(self.patient_id), name_key(self.name), self.birth_date))


def confirmed_identities(pairs: Pairs) -> set[str]:
    """Return who the reader has confirmed to be the same person as somebody else."""
    return {identity for pair, same in pairs.items() if same for identity in pair}


def sharing_an_id(patients: Sequence[tuple[str, str, str]], pairs: Pairs | None = None) -> list[bool]:
    """Return of each patient whether another one has its ID who is not certainly the same person.

    Of two that differ, one is the other where the reader's decisions say so. No ID is shared by nobody, nor is one
    that names nobody (`NO_IDS`).

    Parameters
    ----------
    patients : sequence of (str, str, str)
        ID, name and birth date as they are compared (`normalised`, `name_key`, ``YYYY-MM-DD``). What is empty differs
        from nothing.
    pairs : mapping, optional
    """
    alike: dict[str, dict[tuple[str, str, str], None]] = {}
    for who in patients:
        alike.setdefault(who[0], {})[who] = None
    shared: dict[tuple[str, str, str], bool] = {}
    confirmed = confirmed_identities(pairs or {})
    for patient_id, others in alike.items():
        if len(others) > _MANY:
            shared.update(_written_unlike(others))
        elif len(others) > 1 and not names_nobody(patient_id):
            shared.update({who: _is_another(who, others, pairs or {}, confirmed) for who in others})
    return [shared.get(who, False) for who in patients]


def _written_unlike(patients: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], bool]:
    """Return of patients with one ID whether another one has another name or birth date, however much alike."""
    patients = list(patients)
    names, births = ({who[part] for who in patients} - {""} for part in (1, 2))
    named = not names_nobody(patients[0][0])
    return {who: named and bool((who[1] and len(names) > 1) or (who[2] and len(births) > 1)) for who in patients}


def _is_another(
    who: tuple[str, str, str], others: Iterable[tuple[str, str, str]], pairs: Pairs, confirmed: Collection[str]
) -> bool:
    """Return whether one of those with an equal ID is perhaps another person than `who`."""
    own = _joined(who)
    same = _confirmed(pairs, own) if own in confirmed else {own}
    for other in others:
        its = _joined(other)
        said = pairs.get((min(own, its), max(own, its))) if pairs else None
        if said is False or (said is None and its not in same and _differ(who, other)):
            return True
    return False


def _differ(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """Return whether names or birth dates of two with an equal ID say more than that one header says less.

    A name that is written in another way is the same one, and so is a misspelt one where the birth date agrees.
    """
    (_, name, birth), (_, its_name, its_birth) = one, other
    if birth and its_birth and birth != its_birth:
        return True
    if not name or not its_name or name == its_name:
        return False
    likeness = compare_names(name, its_name)
    return likeness is not Likeness.EQUAL and (likeness is not Likeness.SIMILAR or not birth or birth != its_birth)


def _joined(who: tuple[str, str, str]) -> str:
    return "\x1f".join(who)


def same_person(one: Person, other: Person, decided: bool | None = None) -> Match:
    """Return whether two headers are about one person.

    Parameters
    ----------
    one, other : Person
    decided : bool, optional
        What the reader decided about the two, which comes before every rule.
    """
    if decided is not None:
        return Match.SAME if decided else Match.OTHER
    ids, births, names = compare_ids(one, other), compare_births(one, other), compare_names(one.name, other.name)
    by_rules = _RULES_BY_ID[ids](births, names)
    if not _sexes_agree(one, other):
        return Match.DOUBTFUL if by_rules is Match.SAME else Match.OTHER
    return by_rules


def _equal_ids(births: Likeness, names: Likeness) -> Match:
    certain = births is Likeness.EQUAL and names in (Likeness.EQUAL, Likeness.SIMILAR, Likeness.UNKNOWN)
    named = births is Likeness.UNKNOWN and names is Likeness.EQUAL
    if certain or named:
        return Match.SAME
    if births is Likeness.EQUAL:  # a new family name, or a twin under the wrong ID
        return Match.DOUBTFUL
    if births is Likeness.DIFFERENT and names is not Likeness.EQUAL:
        return Match.OTHER
    return Match.OTHER if names in (Likeness.DIFFERENT, Likeness.PARTLY) else Match.DOUBTFUL


def _similar_ids(births: Likeness, names: Likeness) -> Match:
    if names is Likeness.EQUAL and births is Likeness.EQUAL:
        return Match.SAME
    if names is Likeness.EQUAL and births is Likeness.UNKNOWN:
        return Match.DOUBTFUL
    return _other_ids(births, names)


def _other_ids(births: Likeness, names: Likeness) -> Match:
    # A new number, a merged record or another hospital; twins share family name and birth date, but no given name.
    same = births is Likeness.EQUAL and names in (Likeness.EQUAL, Likeness.SIMILAR)
    return Match.DOUBTFUL if same else Match.OTHER


_RULES_BY_ID = {
    Likeness.EQUAL: _equal_ids,
    Likeness.SIMILAR: _similar_ids,
    Likeness.DIFFERENT: _other_ids,
    Likeness.UNKNOWN: _other_ids,
}


def compare_ids(one: Person, other: Person) -> Likeness:
    """Compare two IDs; similar are those that differ in case of separators and leading zeros only."""
    first, second = normalised(one.patient_id), normalised(other.patient_id)
    if names_nobody(first) or names_nobody(second):
        return Likeness.UNKNOWN
    if first == second:
        return Likeness.EQUAL
    bare = [_NOT_ID.sub("", text).lstrip("0") for text in (first, second)]
    return Likeness.SIMILAR if bare[0] and bare[0] == bare[1] else Likeness.DIFFERENT


def names_nobody(patient_id: str) -> bool:
    """Return whether an ID, as it is compared, identifies nobody."""
    bare = _SEPARATORS.sub("", patient_id)
    return bare in NO_IDS or not bare.strip("0") or not bare.strip("x")


def compare_births(one: Person, other: Person) -> Likeness:
    """Compare two birth dates; similar are those with day and month exchanged or one digit different."""
    first, second = one.birth_date, other.birth_date
    if not first or not second:
        return Likeness.UNKNOWN
    if first == second:
        return Likeness.EQUAL
    year, month, day = first.split("-")
    if second == f"{year}-{day}-{month}" or sum(a != b for a, b in zip(first, second, strict=True)) == 1:
        return Likeness.SIMILAR
    return Likeness.DIFFERENT


def compare_names(one: str, other: str) -> Likeness:
    """Compare two Person Names (PS3.5 6.2.1).

    Equal are names whose family and given names agree, in either order, in one of their groups. Similar are those
    with a spelling mistake in the family name, or with fewer given names. Partly equal are those that share the
    family name or the given name.
    """
    first, second = _groups(one), _groups(other)
    if not first or not second:
        return Likeness.UNKNOWN
    found = {_compare_groups(a, b) for a in first for b in second}
    order = (Likeness.EQUAL, Likeness.SIMILAR, Likeness.PARTLY)
    return next((likeness for likeness in order if likeness in found), Likeness.DIFFERENT)


def _groups(name: str) -> list[tuple[str, ...]]:
    """Return family name and given names of each group, without empty ones."""
    groups = []
    for group in name_key(name).split("="):
        parts = group.replace(",", "^").split("^")[:3]  # prefix and suffix do not tell people apart
        split = tuple(part.strip() for part in parts if part.strip())
        if split:
            groups.append(split)
    return groups


def _compare_groups(one: tuple[str, ...], other: tuple[str, ...]) -> Likeness:
    first, second = " ".join(one).split(), " ".join(other).split()
    if sorted(first) == sorted(second) or "".join(first) == "".join(second):
        return Likeness.EQUAL
    family, given = one[0], " ".join(one[1:])
    other_family, other_given = other[0], " ".join(other[1:])
    if family == other_family and _begins(given, other_given):
        return Likeness.SIMILAR
    if given and given == other_given:
        return Likeness.SIMILAR if _misspelt(family, other_family) else Likeness.PARTLY
    return Likeness.PARTLY if family == other_family else Likeness.DIFFERENT


def _begins(one: str, other: str) -> bool:
    """Return whether the given names of one are those of the other without the last, or initials of them."""
    shorter, longer = sorted((one.split(), other.split()), key=len)
    if not shorter:
        return False
    return all(
        a == b or (len(min(a, b, key=len).rstrip(".")) == 1 and a[0] == b[0])
        for a, b in zip(shorter, longer, strict=False)
    )


def _misspelt(one: str, other: str) -> bool:
    """Return whether two words of at least four letters differ by one letter, or by two that are exchanged."""
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (len(a) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:])


def _sexes_agree(one: Person, other: Person) -> bool:
    return {one.sex, other.sex} != {"M", "F"}


def decided_pair(pairs: Pairs, one: str, other: str) -> bool | None:
    """Return what follows from the reader's decisions about two identities; None where nothing does.

    Who was confirmed to be one person with a third is one with that one's others too; "not the same" about the two
    themselves comes first.
    """
    first, second = sorted((one, other))
    direct = pairs.get((first, second))
    if direct is not None:
        return direct
    return True if first != second and second in _confirmed(pairs, first) else None


def _confirmed(pairs: Pairs, start: str) -> set[str]:
    found = {start}
    grown = True
    while grown:
        grown = False
        for (one, other), same in pairs.items():
            if same and (one in found) != (other in found):
                found |= {one, other}
                grown = True
    return found


def confirmed_with(pairs: Pairs, identities: Iterable[str]) -> set[str]:
    """Return the identities that the reader confirmed to be one person with any of `identities`, those included."""
    found: set[str] = set()
    for identity in identities:
        found |= _confirmed(pairs, identity)
    return found
