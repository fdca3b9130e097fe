"""The floor of rules that no score may overrule."""

from __future__ import annotations

from collections.abc import Sequence

from docscan.document import Finding, Outcome

FLOOR = frozenset(
    {
        "mrz.check_digits",
        "mrz.format",
        "mrz.codes",
        "mrz.dates",
        "state.document_number",
        "state.personal_number",
        "consistency.viz_mrz",
        "template.claim",
        "template.field_grammar",
        "template.relations",
        "template.series",
        "mrz.print",
        "portrait.substitution",
        "portrait.ghost",
        "image.compression",
        "print.process",
        "history.number",
        "history.portrait",
        "history.watchlist",
    }
)
"""Checks whose FAIL a person looks at whatever the score says: those of what is written, where it is certain by rule,
and those whose FAIL genuine captures next to never show (`genuine_fails` in models/classifier.json). The rest of how
print looks is a matter of degree, and left to the score."""
DOUBTFUL = frozenset({"template.background", "template.field_grammar"})
"""Checks whose FAIL dirt and creases bring about, too, or a value that no specimen happened to have: by themselves they
make nobody a suspect."""
BY_RULE = frozenset(
    {
        "mrz.check_digits",
        "mrz.format",
        "mrz.dates",
        "state.document_number",
        "state.personal_number",
        "template.claim",
        "template.relations",
        "template.series",
    }
)
"""Checks of what is written that next to no genuine capture leaves even in doubt."""
GENUINE_TOO = frozenset(
    {
        "date_with_zeros",
        "design_does_not_fit",
        "line_count",
        "no_format",
        "no_primary_identifier",
        "name_in_three_parts",
        "cut_name_ends_in_filler",
        "validity_departs",
    }
)
"""Doubts of theirs that some issuers' genuine documents raise, a bad reading, or a page that is seen in part: by
themselves they refer nobody."""
WEIGHT = 3.0
"""Log-odds that a FAIL of these checks adds to its reason where the classifier knows no better: what is certain is
named before what is likely."""


def holds(finding: Finding) -> bool:
    """True where a rule is broken."""
    return finding.check in FLOOR and finding.outcome is Outcome.FAIL


def doubts(finding: Finding) -> bool:
    """True where a rule is perhaps broken that is as good as never in doubt on a genuine document."""
    return finding.check in BY_RULE and finding.outcome is Outcome.UNSURE


def refers(findings: Sequence[Finding]) -> bool:
    """True where a person looks at the document whatever the score says: for what a rule forbids, and for what it
    perhaps forbids."""
    return any(holds(f) or (doubts(f) and f.code not in GENUINE_TOO) for f in findings)
