"""Is the document number on a local list of documents that are not to be used?"""

from __future__ import annotations

from collections.abc import Iterable

from docscan.checks.history_number import is_sure
from docscan.checks.mrz_evidence import NO_MRZ, parsed, regions
from docscan.checks.mrz_text import document_number
from docscan.document import Examination, Finding, Outcome

_SAID = {
    "lost": "The watchlist has the number as lost ({0}).",
    "stolen": "The watchlist has the number as stolen ({0}).",
    "stolen_blank": "The watchlist has the number as stolen as a blank ({0}).",
    "revoked": "The watchlist has the number as revoked ({0}).",
}


class HistoryWatchlist:
    """FAIL only where the number is surely read and its check digit fits: a digit misread must not make a document
    stolen."""

    name = "history.watchlist"
    measures = ("listed",)

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        yield self._answer(exam)

    def _answer(self, exam: Examination) -> Finding:
        if exam.watchlist is None:
            return self._finding(Outcome.NOT_DONE, "no_watchlist", "No watchlist was named to look the number up in.")
        mrz, reading = parsed(exam), exam.reading.mrz
        if mrz is None or reading is None:
            return self._finding(Outcome.NOT_DONE, "no_mrz", NO_MRZ)
        number = document_number(mrz, reading)
        if not number.text:
            return self._finding(Outcome.NOT_DONE, "no_number", "No document number was read.")
        listing = exam.watchlist.find(mrz.value("issuing_state"), mrz.value("document_code"), number.text)
        if listing is None:
            return self._finding(Outcome.PASS, "number_not_listed", "The number is not on the watchlist.")
        sure = is_sure(exam)
        told = _SAID[listing.kind].format(listing.source)
        return self._finding(
            Outcome.FAIL if sure else Outcome.UNSURE,
            "number_listed",
            told if sure else f"{told} The number is not surely read.",
            seen=number.text,
            expected=listing.first if listing.first == listing.last else f"{listing.first} - {listing.last}",
            regions=regions(exam, number.places, "document number"),
            measures={"listed": 1.0 if sure else 0.0},
        )

    def _finding(self, outcome: Outcome, code: str, message: str, **more: object) -> Finding:
        return Finding.model_validate(
            {"check": self.name, "outcome": outcome, "code": code, "message": message, **more}
        )
