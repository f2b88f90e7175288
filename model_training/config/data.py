"""Which films an experiment uses: data sets, their protocols, and the settings of both."""

from __future__ import annotations

from dataclasses import dataclass

FOLDS = 5
"""Folds of the split the development set comes with."""

POLICIES = ("zeros", "ones", "ignore", "soft")
"""What an uncertain label of CheXpert becomes in training."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """How patients get their part.

    Attributes
    ----------
    random : bool
        All patients at random, 70/10/20. Otherwise the data set's own sides count.
    hold_out : float
        Share of the official training patients that validates, where the set has no list for that.
    physician : bool
        Evaluate only on films whose labels a physician gave; see `Entry.train_only`.
    """

    random: bool = False
    hold_out: float = 0.0
    physician: bool = False


_RANDOM = {"random_70_10_20": Protocol(random=True)}
PROTOCOLS: dict[str, dict[str, Protocol]] = {
    "development_set": {"folds": Protocol()},
    # An eighth of the official 80 % leaves 70/10/20 here as well.
    "chestxray14": {"official": Protocol(hold_out=1 / 8), **_RANDOM},
    "chexpert": {"official_valid": Protocol(hold_out=0.1), "official_test": Protocol(), **_RANDOM},
    "padchest": {**_RANDOM, "random_70_10_20_physician": Protocol(random=True, physician=True)},
    "folder": {"train_only": Protocol(), **_RANDOM},
}
"""The protocols of each kind of data set, by name."""

_CHOICES = {
    "kind": tuple(PROTOCOLS),
    "uncertain": POLICIES,
    "blank": ("zeros", "ignore"),
    "views": ("frontal", "all"),
    "missing": ("reject", "drop"),
    "unreadable": ("reject", "drop"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DataConfig:
    """Which films an experiment uses, and how.

    Attributes
    ----------
    kind : str
        ``development_set``, ``chestxray14``, ``chexpert``, ``padchest`` or ``folder``.
    folder : str
        The data set's own folder; a relative one lies in the data folder (``$CXR_DATA``). Not
        for the development set.
    protocol : str
        A name of `PROTOCOLS`. May be empty where the kind has one only: figures of different
        protocols cannot be compared, so nobody gets one without asking for it.
    uncertain : str
        CheXpert's uncertain labels in training: ``zeros``, ``ones``, ``ignore`` or ``soft``.
        Elsewhere they are always unknown.
    blank : str
        CheXpert's findings that a report does not mention: ``zeros`` or ``ignore``.
    views : str
        ``frontal`` or ``all`` (with laterals); a plain folder is always frontal.
    teacher_csv : str
        Precomputed predictions: columns image, teacher and one probability per label, several
        teachers averaged as logits. A relative path lies in the data set's folder. Images are
        named as in the data set's table; for CheXpert from ``train/`` or ``valid/`` on, in a
        plain folder by their path, in the development set as ``set/file`` (or as the file, for `nih`).
    split_file : str
        Parts by hashed patient, written by `freeze_split`; where given it is the truth. Not for
        the development set, whose file is in the repository.
    labels : tuple of str
        Outputs of a plain folder; by default the teacher's columns, else the fourteen.
    missing, unreadable : str
        ``reject``, or ``drop`` films that are not on disk, or not decodable; `RecordSet.dropped`
        says how many.
    seed : int
        Of random parts and of soft labels.
    test_fold, validation_fold : int
        Of the development set.
    validation_half : int
        Which half of its validation patients trains, too, 0 or 1; -1: neither.
    """

    kind: str = "development_set"
    folder: str = ""
    protocol: str = ""
    uncertain: str = "zeros"
    blank: str = "zeros"
    views: str = "frontal"
    teacher_csv: str = ""
    split_file: str = ""
    labels: tuple[str, ...] = ()
    missing: str = "reject"
    unreadable: str = "reject"
    seed: int = 0
    test_fold: int = 0
    validation_fold: int = 1
    validation_half: int = -1

    def __post_init__(self) -> None:
        problems = [
            f"{name}: must be one of {', '.join(choices)}, got {getattr(self, name)!r}"
            for name, choices in _CHOICES.items()
            if getattr(self, name) not in choices
        ]
        if self.kind in PROTOCOLS:
            problems += self._problems_of_kind(PROTOCOLS[self.kind])
        if problems:
            raise ValueError("; ".join(problems))

    def _problems_of_kind(self, protocols: dict[str, Protocol]) -> list[str]:
        problems = []
        if self.protocol not in protocols and (self.protocol or len(protocols) > 1):
            problems.append(f"protocol: {self.kind} has {', '.join(protocols)}, got {self.protocol!r}")
        if self.kind == "development_set":
            problems += [
                f"{name}: not for the development set" for name in ("folder", "split_file") if getattr(self, name)
            ]
            if self.test_fold == self.validation_fold:
                problems.append("validation_fold: must differ from test_fold")
            problems += [
                f"{name}: must be 0 to {FOLDS - 1}"
                for name in ("test_fold", "validation_fold")
                if not 0 <= getattr(self, name) < FOLDS
            ]
            if not -1 <= self.validation_half <= 1:
                problems.append("validation_half: must be -1, 0 or 1")
        elif not self.folder:
            problems.append("folder: missing")
        if self.labels and self.kind != "folder":
            problems.append("labels: only a plain folder needs them")
        return problems

    @property
    def rules(self) -> Protocol:
        """Return the protocol by its name."""
        protocols = PROTOCOLS[self.kind]
        return protocols[self.protocol] if self.protocol else next(iter(protocols.values()))
