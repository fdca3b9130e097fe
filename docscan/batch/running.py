"""The batch: find pages, have them examined, keep what comes back, and know at any moment what is still to do.

The store is the only memory: a page is kept in one change, with its documents, its audit rows and its task. Whatever
ends this process, the next run asks the store and does the rest. Only as many pages are in hand as the crew needs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field, replace
from typing import Protocol

from docscan.batch import runs
from docscan.batch.examining import Examined, Failed, Setup, Work, count_pages, examine_page, settings_of
from docscan.batch.executors import Crew
from docscan.batch.runs import Run
from docscan.batch.sources import Found, Item
from docscan.cases import Store
from docscan.document import Decision
from docscan.errors import EngineError, ModelError, SourceError, TemplateError, WatchlistError, WorkerDiffers

_FAULTS_OF_INSTALLATION = (WorkerDiffers, ModelError, TemplateError, EngineError, WatchlistError)
"""Every page would fail of them: the run stops."""

_LISTENS_S = 0.5
"""Within this time it is said that a stop was heard."""


class Watcher(Protocol):
    """Who is told how a run goes."""

    def page(self, name: str, page: int, outcomes: list[Decision], *, known: bool) -> None:
        """A page was examined, or was `known`: its documents are in the store already."""
        ...

    def failed(self, name: str, page: int, failure: Failed) -> None:
        """A page could not be examined; page 0: the whole file."""
        ...

    def item_done(self) -> None:
        """All pages of a file are done."""
        ...

    def finishing(self, pages: int) -> None:
        """Somebody asked to stop; so many pages are still being examined."""
        ...


@dataclass
class _File:
    """A file with pages in hand."""

    left: int
    """Pages that are not done yet."""


@dataclass
class Batch:
    store: Store
    run: Run
    setup: Setup
    crew: Crew
    watcher: Watcher
    _stopped: bool = False
    _told: bool = False
    _todo: deque[tuple[Work, _File]] = field(default_factory=deque)
    _in_hand: dict[Future[Examined | Failed], tuple[Work, _File]] = field(default_factory=dict)

    def __call__(self, found: Iterable[Found]) -> bool:
        """Does all that is to do; False where it was stopped, after what was in hand is kept.

        Raises StoreError where the store can take no more; WorkerDiffers and the like where no page can be examined.
        """
        files = iter(found)
        while self._fill(files):
            self._keep_done()
        if self._stopped:
            return False
        with self.store.writing() as session:
            runs.finish(session, self.run)
        return True

    def stop(self) -> None:
        """Hands in no more pages; fit for a signal's handler. Asked a second time, it drops those in hand too:
        KeyboardInterrupt."""
        if self._stopped:
            raise KeyboardInterrupt
        self._stopped = True

    def _fill(self, files: Iterator[Found]) -> bool:
        """Hands in pages until there are enough in hand; False where none is left."""
        while len(self._in_hand) < self.crew.in_hand and not self._stopped:
            if self._todo:
                work, file = self._todo.popleft()
                future = self.crew.executor.submit(examine_page, self.setup, self.run.engine.id, work)
                self._in_hand[future] = work, file
            elif (found := next(files, None)) is not None:
                self._begin(found)
            else:
                break
        return bool(self._in_hand)

    def _begin(self, found: Found) -> None:
        """What is to do of a file: the first page, or where more is known, each page that is not done yet."""
        item, error, sha256 = found.item, found.error, None
        try:
            if error is None:
                sha256 = item.sha256()
        except SourceError as unreadable:
            error = unreadable
        with self.store.reading() as session:
            progress = runs.progress(session, self.run, item, sha256)
        if 0 in progress.in_run:
            self.watcher.item_done()
        elif error is not None or sha256 is None:
            self._give_up(item, 0, sha256, Failed.by(error or SourceError()))
            self.watcher.item_done()
        else:
            pages = range(1, (progress.pages or 1) + 1)
            for page in sorted(progress.elsewhere & set(pages)):
                watchlist = settings_of(self.setup).watchlist
                with self.store.writing() as session:
                    outcomes = runs.take_over(session, self.run, item, page, sha256, watchlist)
                self.watcher.page(item.name, page, outcomes, known=True)
            self._plan(item, sha256, [page for page in pages if page not in progress.in_run | progress.elsewhere])

    def _plan(self, item: Item, sha256: str, pages: Iterable[int]) -> None:
        work = [Work(item, page, sha256) for page in pages]
        file = _File(len(work))
        self._todo.extend((one, file) for one in work)
        if not work:
            self.watcher.item_done()

    def _keep_done(self) -> None:
        """Waits for a page and keeps what came of it."""
        done, _ = wait(self._in_hand, timeout=_LISTENS_S, return_when=FIRST_COMPLETED)
        if self._stopped and not self._told:
            self._told = True
            self.watcher.finishing(len(self._in_hand))
        for future in done:
            work, file = self._in_hand[future]
            answer = _answer(future)
            if isinstance(answer, Failed) and future.exception() and work.page == 1:
                answer = replace(answer, pages=self._pages(work.item))
            if isinstance(answer, Examined):
                answer = self._kept(work, answer)
            if isinstance(answer, Failed):
                opened = answer.pages is not None or work.page > 1
                self._give_up(work.item, work.page if opened else 0, work.sha256, answer)
            del self._in_hand[future]
            self._go_on(work, file, answer.scan.pages if isinstance(answer, Examined) else answer.pages)

    def _pages(self, item: Item) -> int | None:
        """How many pages a file has whose first one killed its worker: the others are not at fault."""
        counted = self.crew.executor.submit(count_pages, item)
        return counted.result() if counted.exception() is None else None

    def _kept(self, work: Work, found: Examined) -> Examined | Failed:
        try:
            if found.reports:
                with work.item.opened() as stream:
                    self.store.pictures.keep(stream, found.scan.sha256)
        except SourceError as gone:
            return Failed.by(gone, found.seconds, found.scan.pages)
        with self.store.writing() as session:
            outcomes = runs.keep(session, self.run, work, found)
        self.watcher.page(work.item.name, work.page, outcomes, known=False)
        return found

    def _go_on(self, work: Work, file: _File, pages: int | None) -> None:
        """After the first page it is known how many there are."""
        file.left -= 1
        if work.page == 1 and pages is not None and pages > 1 and not file.left:
            with self.store.reading() as session:
                progress = runs.progress(session, self.run, work.item, work.sha256)
            rest = [p for p in range(2, pages + 1) if p not in progress.in_run | progress.elsewhere]
            self._plan(work.item, work.sha256, rest)
        elif not file.left:
            self.watcher.item_done()

    def _give_up(self, item: Item, page: int, sha256: str | None, failure: Failed) -> None:
        with self.store.writing() as session:
            runs.give_up(session, self.run, item, page, sha256, failure)
        self.watcher.failed(item.name, page, failure)


def _answer(future: Future[Examined | Failed]) -> Examined | Failed:
    """What came of a page; whatever befell it is an answer, unless it would befall every page."""
    try:
        return future.result()
    except _FAULTS_OF_INSTALLATION:
        raise
    except (Exception, CancelledError) as error:
        return Failed.by(error)
