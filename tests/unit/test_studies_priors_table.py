"""The right prior for constructed patients. Each row was decided by hand, before the rules were written.

A patient is written as (ID, name, birth date, sex). `SAME` hangs by itself, `REQUEST` needs the reader, `NO` is no
prior.
"""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxrviewer.studies import persons
from cxrviewer.studies.persons import Likeness, Match, Person, compare_names, decided_pair, same_person, sharing_an_id
from cxrviewer.studies.priors import PriorImage, PriorStudy, find_priors

SAME, REQUEST, NO = Match.SAME, Match.DOUBTFUL, Match.OTHER

ANNA = ("4711", "Berg^Anna", "1960-05-03", "F")

TABLE: dict[str, tuple[tuple[str, str, str, str], tuple[str, str, str, str], Match]] = {
    "the same header": (ANNA, ANNA, SAME),
    "upper case": (ANNA, ("4711", "BERG^ANNA", "1960-05-03", "F"), SAME),
    "empty components": (ANNA, ("4711", "Berg^Anna^^^", "1960-05-03", "F"), SAME),
    "family and given name swapped": (ANNA, ("4711", "Anna^Berg", "1960-05-03", "F"), SAME),
    "one component with a blank": (ANNA, ("4711", "Berg Anna", "1960-05-03", "F"), SAME),
    "with a comma": (ANNA, ("4711", "Berg, Anna", "1960-05-03", "F"), SAME),
    "with a title": (ANNA, ("4711", "Berg^Anna^^Dr.", "1960-05-03", "F"), SAME),
    "diacritics": (("1", "Müller^Jörg", "1950-01-01", "M"), ("1", "MULLER^JORG", "1950-01-01", "M"), REQUEST),
    "diacritics with a real ID": (
        ("77", "Müller^Jörg", "1950-01-01", "M"), ("77", "MULLER^JORG", "1950-01-01", "M"), SAME),
    "a misspelt family name": (ANNA, ("4711", "Borg^Anna", "1960-05-03", "F"), SAME),
    "letters exchanged": (("9", "Schmidt^Eva", "1980-02-02", "F"), ("9", "Schmitd^Eva", "1980-02-02", "F"), SAME),
    "an initial": (ANNA, ("4711", "Berg^A", "1960-05-03", "F"), SAME),
    "a second given name": (ANNA, ("4711", "Berg^Anna^Maria", "1960-05-03", "F"), SAME),
    "married: new family name": (ANNA, ("4711", "Lind^Anna", "1960-05-03", "F"), REQUEST),
    "another person's name on this ID": (ANNA, ("4711", "Kowalski^Jan", "1960-05-03", "F"), REQUEST),
    "ideographic name beside the Latin one": (
        ("5", "Yamada^Tarou=山田^太郎", "1970-07-07", "M"), ("5", "山田^太郎", "1970-07-07", "M"), SAME),
    "Korean, two spellings, one ideographic group": (
        ("6", "Hong^Gildong=洪^吉洞=홍^길동", "1988-08-08", "M"),
        ("6", "Hong^Kil-Dong=洪^吉洞=홍^길동", "1988-08-08", "M"), SAME),
    "anonymised: only ID and birth date": (ANNA, ("4711", "", "1960-05-03", ""), SAME),
    "research set: IDs only": (("00000013", "", "", ""), ("00000013", "", "", ""), REQUEST),
    "two hospitals' patient 4711": (ANNA, ("4711", "Kowalski^Jan", "1975-09-30", "M"), NO),
    "one ID, other name, no birth date": (ANNA, ("4711", "Kowalski^Jan", "", ""), NO),
    "one ID, family name only in common, no birth date": (ANNA, ("4711", "Berg^Britta", "", "F"), NO),
    "no birth date, same name": (ANNA, ("4711", "Berg^Anna", "", "F"), SAME),
    "no birth date, misspelt name": (ANNA, ("4711", "Borg^Anna", "", "F"), REQUEST),
    "birth date with day and month exchanged": (ANNA, ("4711", "Berg^Anna", "1960-03-05", "F"), REQUEST),
    "birth date with one wrong digit": (ANNA, ("4711", "Berg^Anna", "1961-05-03", "F"), REQUEST),
    "quite another birth date": (ANNA, ("4711", "Berg^Anna", "1987-11-21", "F"), REQUEST),
    "mother and daughter under one ID": (ANNA, ("4711", "Berg^Lena", "1987-11-21", "F"), NO),
    "renumbered": (ANNA, ("900815", "Berg^Anna", "1960-05-03", "F"), REQUEST),
    "merged record, misspelt before": (ANNA, ("900815", "Borg^Anna", "1960-05-03", "F"), REQUEST),
    "renumbered, names swapped": (ANNA, ("900815", "Anna^Berg", "1960-05-03", "F"), REQUEST),
    "leading zeros": (ANNA, ("0004711", "Berg^Anna", "1960-05-03", "F"), SAME),
    "a separator in the ID": (
        ("12-34", "Berg^Anna", "1960-05-03", "F"), ("1234", "Berg^Anna", "1960-05-03", "F"), SAME),
    "leading zeros without a birth date": (ANNA, ("0004711", "Berg^Anna", "", "F"), REQUEST),
    "leading zeros, another name": (ANNA, ("0004711", "Kowalski^Jan", "1960-05-03", "M"), NO),
    "twins": (("201", "Berg^Anna", "1999-12-31", "F"), ("202", "Berg^Britta", "1999-12-31", "F"), NO),
    "twins with nearly one name": (
        ("201", "Berg^Anna", "1999-12-31", "F"), ("202", "Berg^Anne", "1999-12-31", "F"), NO),
    "twins, brother and sister": (("201", "Berg^Jan", "1999-12-31", "M"), ("202", "Berg^Jana", "1999-12-31", "F"), NO),
    "twins as newborns without names": (
        ("201", "Berg^Baby A", "2026-01-02", "F"), ("202", "Berg^Baby B", "2026-01-02", "F"), NO),
    "a twin under the other one's ID": (
        ("201", "Berg^Anna", "1999-12-31", "F"), ("201", "Berg^Britta", "1999-12-31", "F"), REQUEST),
    "namesakes": (ANNA, ("8123", "Berg^Anna", "1941-10-10", "F"), NO),
    "namesakes without birth dates": (("1001", "Li^Wei", "", ""), ("1002", "Li^Wei", "", ""), NO),
    "namesakes born on one day, another sex": (
        ("1001", "Li^Wei", "1970-01-01", "M"), ("1002", "Li^Wei", "1970-01-01", "F"), NO),
    "the sex contradicts": (ANNA, ("4711", "Berg^Anna", "1960-05-03", "M"), REQUEST),
    "no ID on one": (ANNA, ("", "Berg^Anna", "1960-05-03", "F"), REQUEST),
    "no ID on both": (("", "Berg^Anna", "1960-05-03", "F"), ("", "Berg^Anna", "1960-05-03", "F"), REQUEST),
    "no ID, another given name": (("", "Berg^Anna", "1960-05-03", "F"), ("", "Berg^Britta", "1960-05-03", "F"), NO),
    "no ID, no birth date": (("", "Berg^Anna", "", "F"), ("", "Berg^Anna", "", "F"), NO),
    "an ID that means nothing": (("ANONYMOUS", "", "", ""), ("ANONYMOUS", "", "", ""), NO),
    "zeros for an ID, one word for all names": (("00000000", "ANON", "", ""), ("00000000", "ANON", "", ""), NO),
    "a word for an ID": (("De-Identified", "REMOVED", "", ""), ("De-Identified", "REMOVED", "", ""), NO),
    "crosses for an ID": (("XXX-XX", "X^X", "", ""), ("XXX-XX", "X^X", "", ""), NO),
    "zeros that end in a number": (("000-10", "P", "", ""), ("000-10", "P", "", ""), SAME),
    "an ID in another script": (("病0", "P", "", ""), ("病0", "P", "", ""), SAME),
    "nobody": (("", "", "", ""), ("", "", "", ""), NO),
    "a birth date alone": (("", "", "1960-05-03", "F"), ("", "", "1960-05-03", "F"), NO),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE)
def test_the_prior_of_a_constructed_patient(case: str) -> None:
    now, before, expected = TABLE[case]
    image = PriorImage(1, "PA", "CHEST", "DX")
    current = PriorStudy(2, "2.2", Person(*now), "2026-05-01", "10:00", (image,))
    older = PriorStudy(1, "2.1", Person(*before), "2024-05-01", "10:00", (image,))
    found = find_priors(current, image, [older])
    assert (len(found.certain), len(found.doubtful)) == (int(expected is SAME), int(expected is REQUEST))
    # Whoever is asked the other way round answers the same.
    assert same_person(Person(*before), Person(*now)) is expected


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 40


def test_a_decision_of_the_reader_comes_first() -> None:
    one, other, third = Person("1001", "Li^Wei"), Person("2002", "Li^Wei"), Person("3003", "Li^Wei")
    pairs = {tuple(sorted((one.identity, other.identity))): True, tuple(sorted((other.identity, third.identity))): True}
    assert decided_pair(pairs, one.identity, other.identity) is True  # type: ignore[arg-type]
    assert decided_pair(pairs, third.identity, one.identity) is True  # type: ignore[arg-type]
    rejected = {**pairs, tuple(sorted((one.identity, third.identity))): False}
    assert decided_pair(rejected, one.identity, third.identity) is False  # type: ignore[arg-type]
    assert decided_pair({}, one.identity, other.identity) is None
    assert same_person(one, other, True) is SAME
    assert same_person(one, one, False) is NO


P = Person("4711", "Berg^Anna", "1960-05-03", "F")
CHEST = PriorImage(1, "PA", "CHEST", "DX")


def study(
    number: int, date: str, *images: PriorImage, time: str = "10:00", uid: str = "", person: Person = P
) -> PriorStudy:
    return PriorStudy(number, uid or f"1.{number}", person, date, time, images or (CHEST,))


@pytest.mark.parametrize(
    ("older", "expected"),
    [
        ([study(1, "2024-01-01"), study(2, "2025-01-01")], 2),  # the newest
        ([study(1, "2024-01-01"), study(2, "2025-01-01", PriorImage(5, "LL", "CHEST", "DX"))], 1),  # comparable
        ([study(1, "2024-01-01"), study(2, "2025-01-01", PriorImage(5, "PA", "HAND", "DX"))], 1),
        ([study(1, "2024-01-01"), study(2, "2025-01-01", PriorImage(5, "", "CHEST", "CT"))], 1),
        ([study(1, "2024-01-01"), study(2, "2025-01-01", PriorImage(5, "AP", "", "CR"))], 2),
        ([study(1, "2027-01-01")], None),  # later than the current one
        ([study(1, "")], None),  # nobody knows when
        ([study(1, "2026-05-01", time="09:59")], 1),
        ([study(1, "2026-05-01", time="")], None),
        ([study(1, "2026-04-01", uid="1.9")], None),  # the same study
        ([], None),
    ],
)
def test_the_newest_comparable_older_study_hangs(older: list[PriorStudy], expected: int | None) -> None:
    first = find_priors(study(9, "2026-05-01"), CHEST, older).first
    assert (None if first is None else first.study.id) == expected


def test_the_same_projection_is_preferred_within_a_study() -> None:
    images = (PriorImage(1, "AP"), PriorImage(2, ""), PriorImage(3, "PA"))
    first = find_priors(study(9, "2026-05-01"), CHEST, [study(1, "2024-01-01", *images)]).first
    assert first is not None and first.image.id == 3


NAME = st.text("abcäß ^=-山한", max_size=12)


@given(NAME, NAME)
def test_comparing_names_is_symmetric_and_a_name_is_never_unlike_itself(one: str, other: str) -> None:
    assert compare_names(one, other) is compare_names(other, one)
    assert compare_names(one, one) in (Likeness.EQUAL, Likeness.UNKNOWN)


def compared(person: Person) -> tuple[str, str, str]:
    patient_id, name, birth = person.identity.split("\x1f")
    return patient_id, name, birth


@pytest.mark.parametrize(
    ("decided", "warned"),
    [
        ({}, "ABC"),
        ({"AB": True}, "ABC"),  # the third one is still unknown
        ({"AB": True, "BC": True}, ""),  # A is one with C too
        ({"AB": True, "BC": True, "AC": False}, "AC"),
        ({"AB": False, "BC": False, "AC": False}, "ABC"),
        ({"AD": True, "BD": True, "CD": True}, ""),  # by way of one with another ID
        ({"AB": True, "CD": True}, "ABC"),
    ],
)
def test_only_patients_that_the_reader_confirmed_to_be_one_person_may_share_an_id(
    decided: dict[str, bool], warned: str
) -> None:
    people = {
        "A": Person("4711", "ROE^JANE", "1960-01-01"),
        "B": Person("4711", "MEIER^JANE", "1960-01-01"),
        "C": Person("4711", "ROE^JANE", "1990-05-06"),
        "D": Person("0815", "ROE^JANE", "1990-05-06"),
    }
    pairs = {
        (min(ids), max(ids)): same
        for pair, same in decided.items()
        for ids in [[people[letter].identity for letter in pair]]
    }
    patients = [compared(one) for one in people.values()]
    shared = sharing_an_id(patients, pairs)
    assert "".join(letter for letter, yes in zip(people, shared, strict=True) if yes) == warned


@pytest.mark.parametrize(
    ("one", "other", "warned"),
    [
        ("DOE^JANE", "DOE^JANE^^", False),
        ("DOE^JANE", "Doe, Jane", False),
        ("DOE^JANE", "JANE^DOE", False),
        ("DOE^JANE", "DOE^JANE^^DR.", False),
        ("DOE^JANE 1950-01-02", "DOE^JANE^M 1950-01-02", False),
        ("MEYER^JANE 1950-01-02", "MEIER^JANE 1950-01-02", False),
        ("MEYER^JANE 1950-01-02", "MEIER^JANE", True),  # too little for a prior that hangs by itself
        ("YAMADA^TAROU=山田^太郎", "YAMADA^TAROU", False),
        ("山田^太郎", "YAMADA^TAROU", True),
        ("MEIER^JANE 1950-01-02", "DOE^JANE 1950-01-02", True),
        ("DOE^JANE 1950-01-02", "DOE^JANE 1950-02-01", True),
        ("DOE^JANE 1950-01-02", "", False),
    ],
)
def test_an_id_is_shared_only_by_whom_the_rules_do_not_make_one_person(one: str, other: str, warned: bool) -> None:
    patients = [
        compared(Person("4711", name, birth))
        for words in (one, other)
        for name, birth in [(words[:-11], words[-10:]) if words[-1:].isdigit() else (words, "")]
    ]
    assert sharing_an_id(patients) == [warned, warned]
    assert sharing_an_id([("0000", name, birth) for _, name, birth in patients]) == [False, False]  # zeros name nobody
    rejected = {tuple(sorted("\x1f".join(who) for who in patients)): False}
    assert sharing_an_id(patients, cast(Any, rejected)) == [patients[0] != patients[1]] * 2


def test_two_of_very_many_patients_with_one_id_are_told_apart_without_comparing_each_with_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    patients = [("4711", f"name {number}", "") for number in range(2_000)]
    one, other = ("\x1f".join(patient) for patient in patients[:2])
    looked_at: list[tuple[str, str, str]] = []
    joined = persons._joined

    def counted(who: tuple[str, str, str]) -> str:
        looked_at.append(who)
        return joined(who)

    monkeypatch.setattr(persons, "_joined", counted)
    assert all(sharing_an_id(patients, {(one, other): True}))
    assert len(looked_at) < 10 * len(patients)
    assert sharing_an_id(patients[:2], {(one, other): True}) == [False, False]
