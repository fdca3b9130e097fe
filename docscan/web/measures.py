"""The measures of findings in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from docscan.report import Report


def _(text: str) -> str:
    """Marks a text for the catalogues; it is translated where it is shown."""
    return text


_COUNTS = {
    "digits_failed": _("check digits that do not fit"),
    "codes_wrong": _("codes that are wrong"),
    "dates_wrong": _("dates that are wrong"),
    "violations": _("rules that are broken"),
    "fields_contradicting": _("fields that contradict the MRZ"),
}
_OTHERS = {
    "log_odds": _("how much surer than any reading that fits (nats)"),
    "validity_excess": _("years too long"),
    "worst_distance": _("furthest a field is from the MRZ (0 to 1)"),
    "worst_doubt": _("the same where the reading explains it (0 to 1)"),
    "share": _("share of the background that departs (%)"),
}
_SPREADS = ("template.", "portrait.", "mrz.print")
"""Checks whose other measures are spreads from the median of genuine specimens."""


def of(report: Report) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Check -> its measures, each as words and a number."""
    largest: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for finding in report.findings:
        for name, value in finding.measures.items():
            known = largest[finding.check]
            known[name] = max(known.get(name, value), value)
    return {
        check: tuple((in_words(name), _number(check, name, value)) for name, value in found.items())
        for check, found in largest.items()
    }


def in_words(name: str) -> str:
    """What a measure is called."""
    return _COUNTS.get(name) or _OTHERS.get(name) or name.replace("_", " ")


def _number(check: str, name: str, value: float) -> str:
    if name in _COUNTS:
        return f"{value:.0f}"
    if name in _OTHERS:
        return f"{value:.1f}"
    return f"{value:.1f} σ" if check.startswith(_SPREADS) else f"{value:.2f}"
