"""Where files lie. Paths are values handed in at start; nothing is created when they are made."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from cxrviewer.errors import SettingsError
from cxrviewer.text import msg

HOME_VARIABLE = "CXRVIEWER_HOME"
"""Environment variable that names a folder for everything the program writes (a stick, a test)."""


class AppPaths(Struct, frozen=True):
    """Folders this program may write to.

    Attributes
    ----------
    config : Path
        Settings.
    data : Path
        What the user made; the program deletes there only what the user deleted 30 days ago.
    heads : Path
        Model heads the user installed; the shipped ones are under `resources_dir`.
    logs : Path
    cache : Path
        May be deleted at any time: whatever lies here can be made again.
    """

    config: Path
    data: Path
    heads: Path
    logs: Path
    cache: Path

    @classmethod
    def for_user(cls, environ: Mapping[str, str] | None = None) -> AppPaths:
        """Return this account's own folders, or those under ``CXRVIEWER_HOME`` where it is set.

        Raises
        ------
        SettingsError
            When ``CXRVIEWER_HOME`` is not an absolute path: a relative one would move the
            user's measurements whenever the program is started from elsewhere.
        """
        home = (os.environ if environ is None else environ).get(HOME_VARIABLE, "")
        if home:
            try:
                folder = Path(home).expanduser()
            except RuntimeError as error:  # ~somebody whom this computer does not know
                raise SettingsError(
                    msg(
                        "{home_variable} names a home folder that does not exist; correct it.",
                        home_variable=HOME_VARIABLE,
                    )
                ) from error
            if not folder.is_absolute():
                raise SettingsError(
                    msg("{home_variable} must be an absolute path; correct or unset it.", home_variable=HOME_VARIABLE)
                )
            return cls.portable(folder)
        from platformdirs import PlatformDirs

        dirs = PlatformDirs("cxrviewer", appauthor=False, roaming=False)
        data = absolute(dirs.user_data_path)
        return cls(
            # On Windows and macOS config and data are one folder; the sub-folder keeps "delete the settings" safe.
            config=absolute(dirs.user_config_path) / "config",
            data=data,
            heads=data / "heads",
            logs=absolute(dirs.user_log_path),
            cache=absolute(dirs.user_cache_path),
        )

    @classmethod
    def portable(cls, folder: Path) -> AppPaths:
        """Return paths that all lie under `folder`: nothing is left on the host machine."""
        return cls(
            config=folder / "config",
            data=folder / "data",
            heads=folder / "heads",
            logs=folder / "logs",
            cache=folder / "cache",
        )

    @classmethod
    def under(cls, folder: Path) -> AppPaths:
        """Return paths under a test's temporary folder."""
        return cls.portable(folder)


def absolute(path: Path) -> Path:
    """Return `path` from the root on, so that it means the same after the program changed its folder.

    A home folder may be relative too: ``HOME=.`` in some containers. Links are not resolved.
    """
    try:
        return Path(os.path.abspath(path))
    except OSError:  # the folder the program was started in is gone
        return path


def resources_dir() -> Path:
    """Return the folder of the shipped head, icons and presets.

    It is ``resources`` inside a frozen app's bundle, ``cxrviewer/resources`` in an installed
    wheel, and ``resources`` beside the package in a source checkout.

    Raises
    ------
    SettingsError
        When the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    bundle = getattr(sys, "_MEIPASS", None)
    candidates = [Path(bundle) / "resources"] if bundle else [package / "resources", package.parent / "resources"]
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise SettingsError(msg("The program's resources folder is missing; install the program again."))
