"""How a run goes, shown: a live display on a terminal, plain lines elsewhere, JSON events for programs."""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.text import Text

from docscan.batch.examining import Failed
from docscan.document import Decision
from docscan.reporting.wording import DECISIONS, printable

_LAST_ERRORS = 4
_EVERY_S = 10.0
"""Between two plain lines."""


@dataclass
class Tally:
    """What a run has done in this sitting."""

    files: int
    """How many there are."""
    files_done: int = 0
    pages: int = 0
    known: int = 0
    """Pages whose documents were in the store already."""
    errors: int = 0
    outcomes: Counter[Decision] = field(default_factory=Counter)
    last_errors: deque[str] = field(default_factory=lambda: deque(maxlen=_LAST_ERRORS))
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    @property
    def rate(self) -> float:
        """Pages examined a minute."""
        return 60 * (self.pages - self.known) / max(self.seconds, 1e-9)

    @property
    def seconds_left(self) -> float | None:
        """None before anything is done."""
        return self.seconds / self.files_done * (self.files - self.files_done) if self.files_done else None

    def line(self) -> str:
        left = f"{duration(self.seconds_left)} left" if self.seconds_left is not None else "starting"
        counts = ", ".join(f"{self.outcomes[decision]} {decision}" for decision in Decision)
        return (
            f"{self.files_done} of {self.files} files, {self.pages} pages, {self.rate:.0f} a minute, {left}: "
            f"{counts}, {self.errors} errors"
        )


class Quiet:
    """A `docscan.batch.running.Watcher` that counts; the others show what it counts."""

    def __init__(self, files: int) -> None:
        self.tally = Tally(files)

    def __enter__(self) -> Quiet:
        return self

    def __exit__(self, *_: object) -> None:
        self.shown()

    def page(self, name: str, page: int, outcomes: list[Decision], *, known: bool) -> None:
        self.tally.pages += 1
        self.tally.known += known
        self.tally.outcomes.update(outcomes)

    def failed(self, name: str, page: int, failure: Failed) -> None:
        self.tally.errors += 1
        place = f"{name}, page {page}: " if page else f"{name}: "
        named = failure.message.startswith(name)
        self.tally.last_errors.append(printable(failure.message if named else place + failure.message))

    def item_done(self) -> None:
        self.tally.files_done += 1

    def finishing(self, pages: int) -> None:
        pass

    def shown(self) -> None:
        """Whatever was counted and not shown yet is shown now."""


class Lines(Quiet):
    """A line now and then, and one for each error."""

    def __init__(self, files: int, say: Callable[[str], None]) -> None:
        super().__init__(files)
        self._say = say
        self._said = time.monotonic()

    def failed(self, name: str, page: int, failure: Failed) -> None:
        super().failed(name, page, failure)
        self._say(self.tally.last_errors[-1])

    def item_done(self) -> None:
        super().item_done()
        if time.monotonic() - self._said >= _EVERY_S:
            self.shown()

    def finishing(self, pages: int) -> None:
        self._say(finishing(pages))

    def shown(self) -> None:
        self._said = time.monotonic()
        self._say(self.tally.line())


class Events(Quiet):
    """A JSON object a line: `page`, `error`, `finishing` and, at the end, `progress`."""

    def __init__(self, files: int, say: Callable[[str], None]) -> None:
        super().__init__(files)
        self._say = say

    def page(self, name: str, page: int, outcomes: list[Decision], *, known: bool) -> None:
        super().page(name, page, outcomes, known=known)
        self._event("page", path=name, page=page, outcomes=outcomes, known=known)

    def failed(self, name: str, page: int, failure: Failed) -> None:
        super().failed(name, page, failure)
        self._event(
            "error",
            path=name,
            page=page,
            error={
                "class": failure.error,
                "exit_code": failure.exit_code,
                "message": failure.message,
                "remedy": failure.remedy,
            },
        )

    def finishing(self, pages: int) -> None:
        self._event("finishing", pages=pages)

    def shown(self) -> None:
        tally = self.tally
        self._event(
            "progress",
            files=tally.files,
            files_done=tally.files_done,
            pages=tally.pages,
            known=tally.known,
            errors=tally.errors,
            outcomes={str(decision): tally.outcomes[decision] for decision in Decision},
            pages_a_minute=round(tally.rate, 2),
            seconds=round(tally.seconds, 1),
        )

    def _event(self, event: str, **what: object) -> None:
        self._say(json.dumps({"event": event, **what}))


class Display(Quiet):
    """A bar, the rate, counts by outcome and the last errors, kept up to date in place."""

    def __init__(self, files: int, console: Console) -> None:
        super().__init__(files)
        self._console = console
        self._note = ""
        self._live = Live(console=console, get_renderable=self._drawn, refresh_per_second=4, transient=True)

    def __enter__(self) -> Display:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()
        self._console.print(self.tally.line(), markup=False, highlight=False)

    def finishing(self, pages: int) -> None:
        self._note = finishing(pages)

    def _drawn(self) -> RenderableType:
        tally = self.tally
        left = f"{duration(tally.seconds_left)} left" if tally.seconds_left is not None else "starting"
        head = f"{tally.files_done} of {tally.files} files  {tally.pages} pages  {tally.rate:.0f} a minute  {left}"
        counts = Text("  ").join(
            Text(f"{sign.symbol} {tally.outcomes[decision]} {sign.word.lower()}", style=sign.colour)
            for decision, sign in DECISIONS.items()
        )
        errors = [Text(error, style="dim", no_wrap=True, overflow="ellipsis") for error in tally.last_errors]
        return Group(
            Padding(ProgressBar(total=max(tally.files, 1), completed=tally.files_done, width=60)),
            Text(head),
            counts,
            Text(f"{tally.errors} errors{', the last:' if errors else ''}"),
            *errors,
            *([Text(self._note, style="bold")] if self._note else []),
        )


def finishing(pages: int) -> str:
    return f"Stopping: {pages} pages in hand are finished first. Ctrl-C again drops them."


def duration(seconds: float) -> str:
    """ "3 h 05 min", "12 min", "40 s" """
    whole = round(seconds)
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02} min"
    return f"{whole // 60} min" if whole >= 120 else f"{whole} s"
