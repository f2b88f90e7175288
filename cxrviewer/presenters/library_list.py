"""The list of the library's studies: which it shows, in which order, and which of its rows may be untrue by now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.library_marks import ShowRows
from cxrviewer.presenters.library_rows import library_row
from cxrviewer.presenters.library_stores import LibraryStores
from cxrviewer.presenters.library_view import LibraryView
from cxrviewer.presenters.messages import sentence
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.small_pictures import Make, Picture, SmallPictures
from cxrviewer.studies.index.not_scored import count_unscored
from cxrviewer.studies.index.stores import Stores
from cxrviewer.studies.index.timeline import Place, first_image
from cxrviewer.studies.index.worklist import Column, StudyRow
from cxrviewer.text import tr

LIST_SLOT, ROWS_SLOT, PICTURE_SLOT = "library list", "library rows", "library picture"
PAGE = 200
"""Rows that are fetched together."""
SCREEN = 60
"""Rows that come together with a new list: as many as a screen shows, so that nobody asks for them after it."""


class Listed(Struct, frozen=True):
    """What a list was read as.

    Attributes
    ----------
    keys : tuple of int
        Its studies, all or the first.
    count : int
        How many there are in all.
    problems : tuple of str
        What of the search is not understood.
    skipped, unscored : int
        See `LibraryState`.
    top : tuple of StudyRow
        The rows of the first studies, where they were read together with it.
    """

    keys: tuple[int, ...] = ()
    count: int = 0
    problems: tuple[str, ...] = ()
    skipped: int = 0
    unscored: int = 0
    top: tuple[StudyRow, ...] = ()


class LibraryList:
    """Reads order and rows on the library's thread while the dialog is open; nothing is read for a closed one.

    Parameters
    ----------
    jobs : JobRunner
    stores : LibraryStores
    privacy : Privacy
    view : callable
        Returns the dialog, None while it is not open.
    unsaved : callable
        Returns notes that could not be written, by study; they stand in the place of the kept ones.
    picture_of : callable
        See `LibraryPresenter`.
    show : callable
        Shows anew what the dialog says beside the list.
    say : callable
        Shows a sentence about what happened.

    Attributes
    ----------
    found : Listed
        The list as it was read last.
    known : bool
        Whether it was read at all.
    """

    def __init__(
        self,
        jobs: JobRunner,
        stores: LibraryStores,
        privacy: Privacy,
        *,
        view: Callable[[], LibraryView | None],
        unsaved: Callable[[], Mapping[int, str]],
        picture_of: Callable[[Place, str], Make],
        show: Callable[[], None],
        say: Callable[[str], None],
    ) -> None:
        self._jobs, self._at_hand, self._privacy = jobs, stores, privacy
        self._view, self._unsaved, self._picture_of = view, unsaved, picture_of
        self._show, self._say = show, say
        self._pictures = SmallPictures(jobs, PICTURE_SLOT, self._make_picture, self._show_picture)
        self._wanted: list[int] = []
        self._fetching = self._listing = self._again = self._unfilled = False
        self._age = 0  # of the rows: how often all of them were outdated
        self._column, self._descending, self._query = Column.DATE, True, ""
        self.found, self.known = Listed(), False

    @property
    def listing(self) -> bool:
        """Whether the list, or what follows its first studies, is still being read."""
        return self._listing

    @property
    def query(self) -> str:
        return self._query

    @property
    def order(self) -> tuple[Column, bool]:
        """What the list is sorted by, and whether the largest comes first."""
        return self._column, self._descending

    # What the reader does.

    def search(self, query: str) -> None:
        self._query = query
        self.read(fresh=True)

    def sort(self, column: Column, *, descending: bool) -> None:
        if (column, descending) != (self._column, self._descending):
            self._column, self._descending = column, descending
            self.read(fresh=True)

    def want(self, studies: Sequence[int]) -> None:
        """Fetch the rows of some studies; a wish that has not been begun is replaced: the reader has scrolled on."""
        self._wanted = list(studies[:PAGE])
        self._fetch()

    def fill(self) -> None:
        """Read the studies behind those that a new list begins with; nothing where another list is being read."""
        if self._unfilled:
            self._unfilled = False
            self._read(fresh=False, begin=False)

    def want_pictures(self, studies: Sequence[int]) -> None:
        """Show the small pictures of some studies when they are there, the last first."""
        for study in studies:
            self._pictures.want(str(study))

    # What makes it untrue.

    def read(self, *, fresh: bool = False) -> None:
        """Read the order anew; `fresh` where the reader asked for another list, which replaces one that is read."""
        if self._view() is None:
            return
        if self._listing and not fresh:
            self._again = True
            return
        self._listing, self._again, self._unfilled = True, False, False
        self._read(fresh=fresh, begin=fresh)

    def refresh(self, studies: Sequence[int]) -> None:
        """Read the rows of some studies again; where they are many, every row before it is shown."""
        if len(studies) > PAGE:
            self.outdate()
            return
        wanted, age = list(studies), self._age
        if self._view() is not None:
            self._at_hand.ask(
                "library refresh",
                lambda stores: stores.worklist.rows(wanted),
                lambda rows: self._take(rows, age),
                self._not_read,
            )

    def outdate(self, *, older: bool = False) -> None:
        """Have every row read again; where only `older` ones may be untrue, those that are being read are taken."""
        self._age += not older
        view = self._view()
        if view is not None:
            view.outdate_rows()

    def outdate_all(self) -> None:
        """Read rows and order again: what they are sorted by may have changed."""
        self.outdate()
        self.read()

    def outdate_pictures(self) -> None:
        """Forget the small pictures; an open dialog asks for them again."""
        self._pictures.clear()
        view = self._view()
        if view is not None:
            view.outdate_pictures()

    def about_to_mark(self, studies: Sequence[int]) -> tuple[Sequence[int], ShowRows]:
        """Return the studies whose rows are read together with a change of their marks, and what shows these rows."""
        age, few = self._age, len(studies) <= PAGE

        def show(rows: tuple[StudyRow, ...]) -> None:
            if few and len(rows) == len(studies):
                self._take(rows, age)
            else:  # more than are on the screen; or a study has another row by now: its folder was removed and added
                self.outdate()

        return studies if few else (), show

    # Inside.

    def _read(self, *, fresh: bool, begin: bool) -> None:
        """Read all studies of the list or, to `begin` with, a screen of them: reading 100,000 is seen to take time."""
        column, descending, query = self._column, self._descending, self._query
        age = self._age

        def work(stores: Stores) -> Listed:
            if begin:
                keys, count, problems = stores.worklist.first(column, descending=descending, limit=SCREEN, query=query)
            else:
                keys, problems = stores.worklist.keys(column, descending=descending, query=query)
                count = len(keys)
            top = stores.worklist.rows(list(keys[:SCREEN])) if fresh else ()
            reading = stores.reading
            return Listed(keys, count, problems, reading.count_skipped(), count_unscored(reading.database), top)

        def done(found: Listed) -> None:
            more = len(found.keys) < found.count
            self._listing, self._unfilled, self.known = more, more, True
            self.found = found
            view = self._view()
            if view is not None:
                view.show_keys(found.keys, fresh=fresh, more=more)
            if found.top:
                self._take(found.top, age)
            self._show()
            if self._again and not more:
                self.read()

        def failed(error: Exception) -> None:
            self._listing = False
            self._not_read(error)

        stores = self._at_hand.stores
        if stores is None:
            self._listing = False
            return
        self._jobs.submit(Lane.LIBRARY, LIST_SLOT, lambda _: work(stores), on_done=done, on_failed=failed)

    def _fetch(self) -> None:
        stores = self._at_hand.stores
        if self._fetching or not self._wanted or stores is None:
            return
        self._fetching = True
        wanted, self._wanted = self._wanted, []
        age = self._age

        def done(rows: tuple[StudyRow, ...]) -> None:
            self._fetching = False
            self._take(rows, age)
            self._fetch()

        def failed(error: Exception) -> None:
            self._fetching = False
            self._not_read(error)

        self._jobs.submit(
            Lane.LIBRARY, ROWS_SLOT, lambda _: stores.worklist.rows(wanted), on_done=done, on_failed=failed
        )

    def _not_read(self, error: Exception) -> None:
        self._say(sentence(error, tr("Reading the list")))

    def _take(self, rows: Sequence[StudyRow], age: int) -> None:
        """Show rows that were asked for at an `age`: what is older than the last change of all rows may be untrue.

        The list asks for those again when it is painted.
        """
        view = self._view()
        if view is not None and age == self._age:
            hidden, unsaved = self._privacy.hidden, self._unsaved()
            view.show_rows([library_row(row, hidden=hidden, unsaved=unsaved.get(row.id)) for row in rows])

    def _make_picture(self, key: str) -> Make | None:
        stores, picture_of = self._at_hand.stores, self._picture_of
        if stores is None:
            return None

        def make(cancel: CancelToken) -> Picture | None:
            found = first_image(stores.reading, int(key))
            return None if found is None else picture_of(*found)(cancel)

        return make

    def _show_picture(self, key: str, picture: Picture) -> None:
        view = self._view()
        if view is not None:
            view.show_picture(int(key), picture)
