"""Hanging: a pure function of studies and rules to a layout. The rules are one TOML file, validated as a whole.

``resources/hanging.toml`` holds the rules that come with the program and explains their words.
"""

from __future__ import annotations

import contextlib
import enum
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.errors import HangingError, LibraryError
from cxrviewer.studies.persons import Pairs
from cxrviewer.studies.priors import PriorImage, Priors, PriorStudy, Projection, comparable_image, find_priors
from cxrviewer.text import msg

FORMAT = 1
LAYOUTS = ((1, 1), (1, 2), (1, 3), (2, 2))
"""Rows and columns a rule may ask for."""

SHOWS = ("current", "prior")
PROJECTIONS = ("PA", "AP", "frontal", "lateral", "any")
MAX_BACK, MAX_RULES, MAX_NAME = 9, 100, 100
MAX_BYTES = 1 << 18

UNREADABLE = msg("the file cannot be read")
NOT_ITS_PRIOR = msg(
    "One place shows neither the study that was opened nor a prior: an older study of certainly the same person, of "
    "the same projection and body part."
)
NO_RULE = msg(
    "No rule hangs images like this: an image is shown twice, or is not what a rule would find for its place."
)


class Place(Struct, frozen=True):
    """What a place shows; `back` counts older studies from 1, 0 for the current one."""

    show: str
    projection: str = "any"
    back: int = 0
    portable: bool = False


class Rule(Struct, frozen=True):
    """Places row by row; empty `modalities` and `body_parts` are met by every study."""

    name: str
    rows: int
    columns: int
    places: tuple[Place, ...]
    modalities: tuple[str, ...] = ()
    body_parts: tuple[str, ...] = ()
    enabled: bool = True


class RuleFile(Struct, frozen=True):
    """What a file holds; `only`: the rules that come with the program are not used beside these."""

    rules: tuple[Rule, ...]
    only: bool = False


class Verdict(enum.Enum):
    """Whether a rule hangs a study, and why not."""

    APPLIES = "applies"
    BEHIND = "would fit, but an earlier one applies"
    OFF = "switched off"
    MODALITY = "for other modalities"
    BODY_PART = "for other body parts"
    EMPTY = "one of its places stays empty"


class Explanation(Struct, frozen=True):
    """What became of a rule; `place` counts from 0 where one stays empty."""

    verdict: Verdict
    place: int = 0


class Hung(Struct, frozen=True):
    """An image at its place; `back` as in `Place`."""

    study: PriorStudy
    image: PriorImage
    back: int


class Hanging(Struct, frozen=True):
    """What a rule made of the studies.

    Attributes
    ----------
    rule : str
        Its name; empty where no rule fits.
    places : tuple of Hung
        Row by row, as many as rows x columns.
    doubtful : tuple of PriorStudy
        Perhaps of this patient: offered to the reader, never hung by themselves.
    """

    rule: str
    rows: int
    columns: int
    places: tuple[Hung, ...]
    doubtful: tuple[PriorStudy, ...] = ()


def hang(
    rules: Sequence[Rule],
    study: PriorStudy,
    others: Sequence[PriorStudy],
    pairs: Pairs | None = None,
) -> Hanging:
    """Return the layout of the first rule whose places can all be filled.

    Parameters
    ----------
    rules : sequence of Rule
    study : PriorStudy
        The study that was opened.
    others : sequence of PriorStudy
        What may be older studies of this patient.
    pairs : mapping, optional
        See `priors.find_priors`.
    """
    found: dict[int, Priors] = {image.id: find_priors(study, image, others, pairs) for image in study.images}
    doubtful = {prior.study.id: prior.study for priors in found.values() for prior in priors.doubtful}
    newest_first = tuple(sorted(doubtful.values(), key=lambda one: (one.date, one.time, one.uid), reverse=True))
    for rule in rules:
        if not rule.enabled or _unmet(rule, study) is not None:
            continue
        places = _fill(rule, study, found)
        if not isinstance(places, int):
            return Hanging(rule.name, rule.rows, rule.columns, places, newest_first)
    return Hanging("", 1, 1, tuple(Hung(study, image, 0) for image in study.images[:1]), newest_first)


def explain(
    rules: Sequence[Rule],
    study: PriorStudy,
    others: Sequence[PriorStudy],
    pairs: Pairs | None = None,
) -> tuple[Explanation, ...]:
    """Return what became of each rule in `hang`, which takes the same arguments."""
    found = {image.id: find_priors(study, image, others, pairs) for image in study.images}
    made: list[Explanation] = []
    for rule in rules:
        unmet = _unmet(rule, study)
        places = _fill(rule, study, found)
        if not rule.enabled:
            made.append(Explanation(Verdict.OFF))
        elif unmet is not None:
            made.append(Explanation(unmet))
        elif isinstance(places, int):
            made.append(Explanation(Verdict.EMPTY, places))
        else:
            applied = any(one.verdict is Verdict.APPLIES for one in made)
            made.append(Explanation(Verdict.BEHIND if applied else Verdict.APPLIES))
    return tuple(made)


def _unmet(rule: Rule, study: PriorStudy) -> Verdict | None:
    modalities = {image.modality for image in study.images}
    parts = {image.body_part for image in study.images}
    if rule.modalities and modalities.isdisjoint(rule.modalities):
        return Verdict.MODALITY
    return Verdict.BODY_PART if rule.body_parts and parts.isdisjoint(rule.body_parts) else None


def _fill(rule: Rule, study: PriorStudy, priors: Mapping[int, Priors]) -> tuple[Hung, ...] | int:
    """Return what hangs at each place, no image twice; the number of a place that stays empty, if one does."""
    current: dict[str, PriorImage] = {}
    used: set[int] = set()
    hung: dict[int, Hung] = {}
    order = sorted(range(len(rule.places)), key=lambda index: rule.places[index].back)
    for index in order:
        place = rule.places[index]
        if place.show == "current":
            image = next((one for one in study.images if one.id not in used and _fits(place, one)), None)
            found = None if image is None else Hung(study, image, 0)
        else:
            found = _older(place, _compared(place, study, current), priors, used)
        if found is None:
            return index
        if place.show == "current":
            current.setdefault(place.projection, found.image)
        used.add(found.image.id)
        hung[index] = found
    return tuple(hung[index] for index in range(len(rule.places)))


def _compared(place: Place, study: PriorStudy, current: Mapping[str, PriorImage]) -> PriorImage | None:
    """Return the current image that an older one is compared with."""
    return current.get(place.projection) or next((one for one in study.images if _fits(place, one)), None)


def _older(place: Place, image: PriorImage | None, priors: Mapping[int, Priors], used: set[int]) -> Hung | None:
    """Return the `back`-th newest older image that fits a place."""
    if image is None:
        return None
    left = place.back
    for prior in priors[image.id].certain:
        fitting = [one for one in prior.study.images if _fits(place, one)]
        left -= comparable_image(image, fitting) is not None
        if not left:
            found = comparable_image(image, [one for one in fitting if one.id not in used])
            return None if found is None else Hung(prior.study, found, place.back)
    return None


def _fits(place: Place, image: PriorImage) -> bool:
    if place.portable and not image.portable:
        return False
    projection = image.projection
    if place.projection == "frontal":
        return projection.frontal
    if place.projection == "any":
        return True
    return projection is (Projection.LATERAL if place.projection == "lateral" else Projection(place.projection))


def read_rules(text: str) -> tuple[Rule, ...]:
    """Return the rules of a TOML file; see `read_rule_file`."""
    return read_rule_file(text).rules


def read_rule_file(text: str) -> RuleFile:
    """Return what a TOML file holds.

    Raises
    ------
    HangingError
        With every problem found, each named by its rule and place.
    """
    if len(text) > MAX_BYTES:
        raise HangingError((f"the file has more than {MAX_BYTES:,} characters",))
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        where = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "nested too deeply"
        raise HangingError((f"not TOML: {where[:200]}",)) from error
    problems: list[str] = []
    _unknown(table, {"format", "rule", "only"}, "", problems)
    if not isinstance(table.get("only", False), bool):
        problems.append("only: must be true or false")
    if table.get("format") != FORMAT or isinstance(table.get("format"), bool):
        problems.append(f"format: must be {FORMAT}")
    listed = table.get("rule", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed) or not listed:
        problems.append("rule: at least one [[rule]] is needed")
        listed = []
    if len(listed) > MAX_RULES:
        problems.append(f"rule: at most {MAX_RULES} are allowed")
    rules = [_rule(one, f"rule {number}", problems) for number, one in enumerate(listed[:MAX_RULES], 1)]
    names = [rule.name for rule in rules]
    problems += [f"rule: the name {name!r} is used twice" for name in sorted({n for n in names if names.count(n) > 1})]
    if problems:
        raise HangingError(tuple(problems))
    return RuleFile(tuple(rules), table.get("only", False))


def _rule(table: dict[str, Any], where: str, problems: list[str]) -> Rule:
    _unknown(table, {"name", "layout", "places", "modalities", "body_parts", "enabled"}, f"{where}, ", problems)
    name = table.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
        problems.append(f"{where}, name: must be text of 1 to {MAX_NAME} characters")
        name = where
    layout = table.get("layout")
    rows, columns = 1, 1
    whole = isinstance(layout, list) and all(type(number) is int for number in layout)
    if whole and tuple(layout or ()) in LAYOUTS:
        rows, columns = layout or (1, 1)
    else:
        allowed = ", ".join(str(list(one)) for one in LAYOUTS)
        problems.append(f"{where}, layout: must be one of {allowed}")
        whole = False
    listed = table.get("places")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        problems.append(f"{where}, places: must be a list of tables")
        listed = []
    elif whole and len(listed) != rows * columns:
        problems.append(f"{where}, places: {rows} x {columns} needs {rows * columns}, found {len(listed)}")
    places = tuple(_place(one, f"{where}, place {number}", problems) for number, one in enumerate(listed, 1))
    if listed and all(place.show != "current" for place in places):
        problems.append(f"{where}, places: one must show the current study")
    enabled = table.get("enabled", True)
    if not isinstance(enabled, bool):
        problems.append(f"{where}, enabled: must be true or false")
    return Rule(
        name.strip(), rows, columns, places,
        _words(table, "modalities", where, problems), _words(table, "body_parts", where, problems), bool(enabled),
    )  # fmt: skip


def _place(table: dict[str, Any], where: str, problems: list[str]) -> Place:
    _unknown(table, {"show", "back", "projection", "portable"}, f"{where}, ", problems)
    show, projection = table.get("show"), table.get("projection", "any")
    if show not in SHOWS:
        problems.append(f"{where}, show: must be one of {', '.join(SHOWS)}")
        show = "current"
    if projection not in PROJECTIONS:
        problems.append(f"{where}, projection: must be one of {', '.join(PROJECTIONS)}")
        projection = "any"
    portable = table.get("portable", False)
    if not isinstance(portable, bool):
        problems.append(f"{where}, portable: must be true or false")
        portable = False
    back = table.get("back", 1 if show == "prior" else 0)
    if show == "prior" and (type(back) is not int or not 1 <= back <= MAX_BACK):
        problems.append(f"{where}, back: must be a number from 1 to {MAX_BACK}")
        back = 1
    if show == "current" and "back" in table:
        problems.append(f"{where}, back: only a prior has it")
        back = 0
    return Place(show, projection, back, portable)


def read_own(path: Path) -> str | None:
    """Return the text of the reader's own file, None where there is none.

    Raises
    ------
    HangingError
        For what is no text.
    """
    try:
        with open(path, encoding="utf-8") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise HangingError((UNREADABLE,)) from error


def has_comments(text: str) -> bool:
    """Return whether a file has comments that `write_rules` does not write."""
    ours = write_rules((), only=True)
    return any(line.lstrip().startswith("#") and line not in ours for line in text.splitlines())


def with_rule(text: str | None, rule: Rule) -> tuple[str, str]:
    """Return a file of own rules with one more before all others, and the name that it has there.

    A rule that is there under another name is put first, not written again. Comments stay.

    Raises
    ------
    HangingError
        For a file that cannot be used.
    LibraryError
        For a file that holds as many rules as it may.
    """
    held = RuleFile(()) if text is None else read_rule_file(text)
    same = next((one for one in held.rules if is_like(one, rule)), None)
    if text is not None and same is not None:
        if same == held.rules[0]:
            return text, same.name
        if not has_comments(text):
            return write_rules((same, *(one for one in held.rules if one != same)), only=held.only), same.name
    if len(held.rules) >= MAX_RULES:
        raise LibraryError(msg("There are {most} rules already; delete one first.", most=MAX_RULES))
    everything = (rule, *held.rules)
    begin = None if text is None else re.search(r"^[ \t]*\[\[[ \t]*rule[ \t]*\]\]", text, re.MULTILINE)
    if text is not None and begin is not None:
        block = write_rules((rule,)).partition("\n\n")[2]
        made = f"{text[: begin.start()]}{block}\n{text[begin.start() :]}"
        with contextlib.suppress(HangingError):  # what looks like a rule was perhaps part of a text
            if read_rule_file(made) == RuleFile(everything, held.only):
                return made, rule.name
    return write_rules(everything, only=held.only), rule.name


def is_like(one: Rule, other: Rule) -> bool:
    """Return whether two rules in use do the same, whatever their names are."""
    return replace(one, name=other.name) == other


def load_rules(own: Path | None, shipped: Path) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """Return the reader's own rules followed by those that come with the program, and the problems of the own file.

    An own file with a problem is left out as a whole, and left as it is. One that says ``only = true`` stands alone.
    """
    rules = read_rules(shipped.read_text("utf-8"))
    if own is None or not own.exists():
        return rules, ()
    try:
        with open(own, encoding="utf-8") as file:
            held = read_rule_file(file.read(MAX_BYTES + 1))
        return (held.rules if held.only else (*held.rules, *rules)), ()
    except HangingError as error:
        return rules, error.problems
    except (OSError, UnicodeDecodeError):
        return rules, ("the file cannot be read",)


def _words(table: dict[str, Any], key: str, where: str, problems: list[str]) -> tuple[str, ...]:
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        problems.append(f"{where}, {key}: must be a list of texts")
        return ()
    return tuple(one.upper() for one in found)


def _unknown(table: dict[str, Any], known: set[str], where: str, problems: list[str]) -> None:
    problems += [f"{where}{key}: is not known" for key in table if key not in known]


def write_rules(rules: Sequence[Rule], *, only: bool = False) -> str:
    """Return rules as the TOML that `read_rule_file` reads."""
    lines = [f"format = {FORMAT}"]
    if only:
        lines += ["# The rules that come with the program are not used beside these.", "only = true"]
    for rule in rules:
        lines += ["", "[[rule]]", f"name = {_quoted(rule.name)}", f"layout = [{rule.rows}, {rule.columns}]"]
        if not rule.enabled:
            lines.append("enabled = false")
        for key, words in (("modalities", rule.modalities), ("body_parts", rule.body_parts)):
            if words:
                lines.append(f"{key} = [{', '.join(_quoted(word) for word in words)}]")
        lines.append("places = [")
        for place in rule.places:
            back = f", back = {place.back}" if place.show == "prior" else ""
            portable = ", portable = true" if place.portable else ""
            lines.append(f'    {{ show = "{place.show}"{back}, projection = "{place.projection}"{portable} }},')
        lines.append("]")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def rule_like(
    layout: tuple[str, int, int],
    study: PriorStudy,
    shown: Sequence[tuple[PriorStudy, PriorImage]],
    others: Sequence[PriorStudy],
    pairs: Pairs | None = None,
) -> Rule:
    """Return a rule that hangs studies as one hangs now: "hang like this next time".

    It fills each place with the study that is there now, and with an image of that projection; which one of several
    alike no rule can tell.

    Parameters
    ----------
    layout : tuple
        Name of the rule, rows and columns.
    study : PriorStudy
        The current study.
    shown : sequence of (PriorStudy, PriorImage)
        What each place shows, row by row.
    others : sequence of PriorStudy
        What may be older studies of this patient.
    pairs : mapping, optional
        See `priors.find_priors`.

    Raises
    ------
    LibraryError
        Where a place shows neither the study nor one of its priors, or no rule hangs this.
    HangingError
        For a layout that no rule can describe.
    """
    name, rows, columns = layout
    if (rows, columns) not in LAYOUTS or len(shown) != rows * columns:
        raise HangingError(("the layout has empty places",))
    found = {image.id: find_priors(study, image, others, pairs) for image in study.images}
    current_shown = [image.id for one, image in shown if one.id == study.id]
    older = {prior.study.id for number in current_shown for prior in found[number].certain}
    if not current_shown or any(one.id != study.id and one.id not in older for one, _ in shown):
        raise LibraryError(NOT_ITS_PRIOR)
    current = tuple(_place_of(image) for one, image in shown if one.id == study.id)
    left, places = list(current), []
    for one, image in shown:
        place = left.pop(0) if one.id == study.id else _prior_place(one, image, current, study, found)
        if place is None:
            raise LibraryError(NO_RULE)
        places.append(place)
    rule = Rule(name, rows, columns, tuple(places))
    if not _shows(_fill(rule, study, found), shown):
        raise LibraryError(NO_RULE)
    return rule


def _place_of(image: PriorImage) -> Place:
    return Place("current", _words_for(image)[0], 0, image.portable)


def _prior_place(
    prior: PriorStudy, image: PriorImage, current: tuple[Place, ...], study: PriorStudy, priors: Mapping[int, Priors]
) -> Place | None:
    """Return the most exact place at which a rule finds an older image, beside some of the current study."""
    for word in _words_for(image):
        for portable in (True, False) if image.portable else (False,):
            for back in range(1, MAX_BACK + 1):  # an older study without such an image is not counted
                place = Place("prior", word, back, portable)
                filled = _fill(Rule("", 1, len(current) + 1, (*current, place)), study, priors)
                if not isinstance(filled, int) and _shows(filled[-1:], [(prior, image)]):
                    return place
    return None


def _words_for(image: PriorImage) -> tuple[str, ...]:
    """Return the words for a projection, the most exact one first."""
    match image.projection:
        case Projection.PA | Projection.AP:
            return image.projection.value, "frontal", "any"
        case Projection.LATERAL:
            return "lateral", "any"
        case _:
            return ("any",)


def _shows(filled: tuple[Hung, ...] | int, shown: Sequence[tuple[PriorStudy, PriorImage]]) -> bool:
    """Return whether each place shows the study that it is to show, in the projection."""
    return not isinstance(filled, int) and all(
        hung.study.id == one.id and hung.image.projection is image.projection
        for hung, (one, image) in zip(filled, shown, strict=True)
    )
