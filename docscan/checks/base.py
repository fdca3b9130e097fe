"""What every check looks like."""

from collections.abc import Iterable
from typing import Protocol

from docscan.document import Examination, Finding


class Check(Protocol):
    """One question asked of a document.

    A check answers with at least one finding, never raises for anything a document can hold, and says NOT_DONE (and
    why) where it cannot be asked.
    """

    @property
    def name(self) -> str:
        """For example `mrz.check_digits`."""
        ...

    @property
    def measures(self) -> tuple[str, ...]:
        """The names of the numbers it can emit; each grows with suspicion."""
        ...

    def __call__(self, exam: Examination) -> Iterable[Finding]: ...
