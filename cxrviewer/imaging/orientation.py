"""Which side of the patient lies where, and whether the image is stored as it is read."""

from __future__ import annotations

import re

from msgspec import Struct
from pydicom.dataset import Dataset

from cxrviewer.imaging.radiograph import ImageFacts, Orientation, opposite
from cxrviewer.imaging.values import text, texts
from cxrviewer.text import msg

_LETTERS = re.compile(r"[ALRPFH]{1,3}")
_PLANES = {frozenset("LRHF"): "frontal", frozenset("APHF"): "lateral", frozenset("LRAP"): "axial"}

_CHEST_WORDS = frozenset(
    {"CHEST", "THORAX", "THORACIC", "LUNG", "LUNGS", "RIB", "RIBS", "HEART", "CHESTABDOMEN", "TORAX", "POUMON"}
)
_CHEST_CODES = frozenset({"816094009", "51185008", "T-D3000", "39607008", "T-28000", "416550000", "R-FAB55"})
_FRONTAL_VIEWS = frozenset({"PA", "AP"})
_LATERAL_VIEWS = frozenset({"LL", "RL", "LAT", "LLAT", "RLAT", "LATERAL"})
# Projections only: slices have Image Orientation (Patient), and other conventions.
_RADIOGRAPHY = frozenset({"", "CR", "DX", "DR", "RG", "XR", "RF"})

_TAG = "(0020,0020) Patient Orientation"
_UNMARKED = msg("so no sides are marked and nothing is turned; check the sides at the source.")


class Placement(Struct, frozen=True):
    """How an image lies and what was done about it.

    Attributes
    ----------
    orientation : Orientation or None
        Of the image as it is *shown*; None where the header does not say, or not credibly.
    flipped : (vertically, horizontally)
        What has to be done to the stored rows and columns for that.
    notes : tuple of str
    """

    orientation: Orientation | None = None
    flipped: tuple[bool, bool] = (False, False)
    notes: tuple[str, ...] = ()


def read_placement(dataset: Dataset, facts: ImageFacts) -> Placement:
    """Return how the image lies (PS3.3 C.7.6.1.1.1) and how it must be turned to be read.

    A frontal chest is read as if the reader faced the patient: the patient's left on the
    right, the head up (``L\\F``). One stored mirrored, upside down, or both is turned; the
    note says so. Everything else stays as stored.
    """
    laterality = _laterality_notes(dataset, facts)
    values = tuple(value.upper() for value in texts(dataset, "PatientOrientation"))
    if not values:
        return Placement(notes=laterality)
    if text(dataset, "AnatomicalOrientationType").upper() == "QUADRUPED":
        return Placement(
            notes=(msg("{tag} is that of an animal, {unmarked}", tag=_TAG, unmarked=_UNMARKED), *laterality)
        )
    if not _valid(values):
        return Placement(
            notes=(msg("{tag} contradicts itself or is damaged, {unmarked}", tag=_TAG, unmarked=_UNMARKED), *laterality)
        )
    stored = Orientation(*values)
    plane = _plane(stored)
    if _contradicts_view(plane, facts):
        return Placement(
            notes=(
                msg(
                    "{tag} and (0018,5101) View Position contradict each other, {unmarked}",
                    tag=_TAG,
                    unmarked=_UNMARKED,
                ),
                *laterality,
            )
        )
    if plane != "frontal" or not _is_chest(facts):
        return Placement(stored, notes=laterality)
    placed = _upright(stored)
    return Placement(placed.orientation, placed.flipped, placed.notes + laterality)


def _upright(stored: Orientation) -> Placement:
    row, column = stored.row[0], stored.column[0]
    name = f"{_TAG} {stored.row}\\{stored.column}"
    if row in "HF":
        return Placement(stored, notes=(msg("Stored lying on its side ({name}): shown as stored.", name=name),))
    upside_down, mirrored = column == "H", row == "R"
    if not upside_down and not mirrored:
        return Placement(stored)
    how = {
        (False, True): msg("mirrored"),
        (True, False): msg("with top and bottom exchanged"),
        (True, True): msg("upside down"),
    }[upside_down, mirrored]
    shown = Orientation(
        opposite(stored.row) if mirrored else stored.row, opposite(stored.column) if upside_down else stored.column
    )
    note = msg("Stored {how} ({name}): turned for reading, the patient's left on the right.", how=how, name=name)
    return Placement(shown, (upside_down, mirrored), (note,))


def _valid(values: tuple[str, ...]) -> bool:
    if len(values) != 2 or not all(_LETTERS.fullmatch(value) for value in values):
        return False
    # "LR" and "LL" name no direction, and rows and columns never run along the same axis.
    axes = [[min(letter, opposite(letter)) for letter in value] for value in values]
    return all(len(set(axis)) == len(axis) for axis in axes) and axes[0][0] != axes[1][0]


def _plane(orientation: Orientation) -> str:
    used = frozenset(orientation.row[0] + orientation.column[0])
    return next(name for letters, name in _PLANES.items() if used <= letters)


def _words(header_text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]+", header_text))


def _is_chest(facts: ImageFacts) -> bool:
    """Return whether this can be a chest radiograph; what nothing is known of can be one."""
    if facts.modality not in _RADIOGRAPHY:
        return False
    if facts.body_part:
        return not _CHEST_WORDS.isdisjoint(_words(facts.body_part))
    if facts.anatomy_codes:
        return not _CHEST_CODES.isdisjoint(facts.anatomy_codes)
    described = _words(" ".join(facts.descriptions))
    return not described or not _CHEST_WORDS.isdisjoint(described)


def _contradicts_view(plane: str, facts: ImageFacts) -> bool:
    if not _is_chest(facts):
        return False  # of a foot, an AP view lies in another plane
    stated = _words(facts.view_position)
    if not stated.isdisjoint(_FRONTAL_VIEWS):
        return plane != "frontal"
    return plane != "lateral" and not stated.isdisjoint(_LATERAL_VIEWS)


def _laterality_notes(dataset: Dataset, facts: ImageFacts) -> tuple[str, ...]:
    image, series = (text(dataset, keyword).upper() for keyword in ("ImageLaterality", "Laterality"))
    notes: tuple[str, ...] = ()
    if {image, series} == {"L", "R"}:
        notes = (msg("(0020,0062) Image Laterality and (0020,0060) Laterality contradict each other: check the side."),)
    if (facts.view_position, facts.laterality) in {("LL", "R"), ("RL", "L")}:
        notes += (msg("(0018,5101) View Position and the laterality contradict each other: check the side."),)
    return notes
