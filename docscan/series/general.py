"""General features: what kind of fraud the findings suggest, and how each zone seems to be printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from docscan.document import Finding, Outcome
from docscan.series.profile import Fraud

SUGGESTS: Mapping[str, Fraud] = {
    "template.background": Fraud.COUNTERFEIT,
    "portrait.substitution": Fraud.PORTRAIT,
    "portrait.ghost": Fraud.PORTRAIT,
    "consistency.viz_mrz": Fraud.DATA,
    "template.typeface": Fraud.DATA,
    "mrz.check_digits": Fraud.DATA,
    "mrz.print": Fraud.DATA,
}
"""What a FAIL of a check suggests."""
COARSE = 2.0
"""Excess (logarithm) of what does not follow the template's lines from which they are not lines."""
BLUNT = 5.0
"""Deviate from which print is called another."""
BY_CODE: Mapping[str, Fraud] = {
    "design_does_not_fit": Fraud.COUNTERFEIT,
    "static_print_out_of_place": Fraud.COUNTERFEIT,
    "field_out_of_place": Fraud.DATA,
    "issuing_state_fantasy": Fraud.FANTASY,
    "printed_issuer_fantasy": Fraud.FANTASY,
}


def kinds(findings: Iterable[Finding]) -> tuple[Fraud, ...]:
    """The kinds of fraud that failures suggest, in the order of `Fraud`."""
    failed = [f for f in findings if f.outcome is Outcome.FAIL]
    found = {BY_CODE.get(f.code) or SUGGESTS.get(f.check) for f in failed}
    return tuple(kind for kind in Fraud if kind in found)


def processes(whole: Mapping[str, float]) -> dict[str, str]:
    """Zone -> process, from a side's measures; only what they tell."""
    found = {}
    if "screen_frequency" in whole:
        found["background"] = f"halftone screen, {whole['screen_frequency'] * 25.4:.0f} lines an inch"
    elif whole.get("misprint", 0.0) > COARSE:
        found["background"] = "dots without a regular screen"
    if whole.get("type_crispness", 0.0) < -BLUNT:
        found["data"] = "blunter than the template's"
    if max(abs(whole.get(f"portrait_{name}", 0.0)) for name in ("grain_fine", "grain_middle", "noise")) > BLUNT:
        found["portrait"] = "another grain than the template's"
    return found
