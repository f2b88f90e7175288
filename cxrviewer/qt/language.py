"""The language of the window: which one, and where its texts come from."""

from __future__ import annotations

import logging

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from cxrviewer import text
from cxrviewer.errors import SettingsError
from cxrviewer.log import Safe
from cxrviewer.paths import resources_dir
from cxrviewer.settings import LANGUAGES
from cxrviewer.text import msg

logger = logging.getLogger(__name__)

SYSTEM, ENGLISH = LANGUAGES[:2]

RESTART = msg("The language changes when the program is started again.")

FONTS = {
    "zh_CN": ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei"),
}
"""Fonts behind that of the desktop. Without them a fallback may draw Chinese with Japanese or Korean shapes."""

_installed: list[QTranslator] = []
_own_font: list[QFont] = []
"""The desktop's font, kept while another one is in use."""


def resolved(setting: str, preferred: list[str] | None = None) -> str:
    """Return the language to use: the setting's own, or the first of the reader's languages that there is.

    Parameters
    ----------
    setting : str
        One of `settings.LANGUAGES`.
    preferred : list of str, optional
        Names such as ``zh-Hans-CN``, best first; those of the system by default.
    """
    if setting != SYSTEM:
        return setting
    for name in QLocale.system().uiLanguages() if preferred is None else preferred:
        locale = QLocale(name)
        if locale.language() == QLocale.Language.English:
            return ENGLISH
        # Traditional characters are another way of writing with words of its own: English is better than a mixture.
        if locale.language() == QLocale.Language.Chinese and locale.script() == QLocale.Script.SimplifiedHanScript:
            return "zh_CN"
    return ENGLISH


def install(setting: str) -> None:
    """Show texts in the language of a setting from now on, those of Qt too; English where its file cannot be read."""
    language = resolved(setting)
    text.use(_catalogue(language))
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    _use_fonts(application, FONTS.get(text.language(), ()))
    while _installed:
        application.removeTranslator(_installed.pop())
    if text.language() != ENGLISH:
        translator = QTranslator(application)
        if translator.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            application.installTranslator(translator)
            _installed.append(translator)


def _use_fonts(application: QApplication, behind: tuple[str, ...]) -> None:
    if not behind:
        if _own_font:
            application.setFont(_own_font.pop())
        return
    if not _own_font:
        _own_font.append(application.font())
    font = QFont(_own_font[0])
    font.setFamilies([*(font.families() or [font.family()]), *behind])
    application.setFont(font)


def others() -> tuple[text.Catalogue | None, ...]:
    """Return the languages the window is not in, None for English: many a reader types the names of another one."""
    names = [name for name in LANGUAGES[1:] if name != text.language()]
    made = [None if name == ENGLISH else _catalogue(name) for name in names]
    return tuple(one for one, name in zip(made, names, strict=True) if one is not None or name == ENGLISH)


def restart_note(setting: str) -> str:
    """Return that the language changes at the next start, in that language."""
    catalogue = _catalogue(resolved(setting))
    found = None if catalogue is None else catalogue.find(RESTART.source, "", None)
    return found or str(RESTART)


def _catalogue(language: str) -> text.Catalogue | None:
    if language == ENGLISH:
        return None
    try:
        return text.JsonCatalogue.load(resources_dir() / "translations" / f"cxrviewer_{language}.json")
    except (OSError, ValueError, SettingsError):
        logger.warning("the texts in %s cannot be read", Safe(language))
        return None
