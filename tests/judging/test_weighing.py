"""What a score and the rules make of findings."""

import numpy as np
import pytest

from docscan.document import Decision, Finding, Outcome
from docscan.judging.classifier import Classifier, OperatingPoint, Steps
from docscan.judging.features import NAMES
from docscan.judging.verdict import CHECKPOINT, amend, weigh

STEP = Steps(np.array([4.0]), np.array([0.0, 6.0]))
MODEL = Classifier(tuple(STEP for _ in NAMES), -3.0, {CHECKPOINT: OperatingPoint(refer=0.5, suspect=0.9)})


def failed(check: str, measure: str) -> Finding:
    return Finding(check=check, outcome=Outcome.FAIL, code="odd", message="Odd.", measures={measure: 5.0})


WORN = failed("template.background", "texture")
RARE = failed("template.field_grammar", "breach")
ALTERED = failed("mrz.print", "shape")


@pytest.mark.parametrize("findings", [(WORN,), (RARE,), (WORN, RARE)])
def test_wear_and_a_rare_value_make_nobody_a_suspect(findings: tuple[Finding, ...]) -> None:
    """However high the score: dirt, creases, and a value that no specimen happened to have are no forger's alone."""
    verdict = weigh(MODEL, findings, CHECKPOINT)
    assert verdict.probability > 0.9
    assert verdict.outcome is Decision.REFER


@pytest.mark.parametrize("findings", [(ALTERED,), (WORN, ALTERED), (RARE, ALTERED)])
def test_beside_another_failure_they_do(findings: tuple[Finding, ...]) -> None:
    assert weigh(MODEL, findings, CHECKPOINT).outcome is Decision.SUSPECT


def test_doubt_makes_nobody_a_suspect() -> None:
    doubt = ALTERED.model_copy(update={"outcome": Outcome.UNSURE})
    assert weigh(MODEL, (doubt,), CHECKPOINT).outcome is Decision.REFER


UNMOVED = Classifier(tuple(Steps(np.array([4.0]), np.zeros(2)) for _ in NAMES), -3.0, MODEL.points)


@pytest.mark.parametrize(("check", "code"), [("template.series", "wrong_series"), ("mrz.dates", "validity_too_long")])
def test_a_rule_in_doubt_refers_whatever_the_score_says(check: str, code: str) -> None:
    """A person is told what is perhaps against a rule; a document with such a doubt is not clear."""
    verdict = weigh(UNMOVED, (Finding(check=check, outcome=Outcome.UNSURE, code=code, message="Odd."),), CHECKPOINT)
    assert verdict.outcome is Decision.REFER
    assert [reason.code for reason in verdict.reasons] == [code]


@pytest.mark.parametrize(
    ("check", "code"),
    [
        ("mrz.dates", "date_with_zeros"),
        ("mrz.format", "no_primary_identifier"),
        ("template.claim", "design_does_not_fit"),
    ],
)
def test_what_some_issuers_print_and_what_is_seen_in_part_refer_nobody(check: str, code: str) -> None:
    doubt = Finding(check=check, outcome=Outcome.UNSURE, code=code, message="Odd.")
    assert weigh(UNMOVED, (doubt,), CHECKPOINT).outcome is Decision.CLEAR


def test_an_amended_verdict_keeps_its_order_and_puts_the_new_reason_by_its_weight() -> None:
    before = weigh(MODEL, (ALTERED, failed("template.layout", "left")), CHECKPOINT)
    seen = failed("history.number", "other_person")
    after = amend(before, seen)
    assert [r.check for r in after.reasons if r.check != seen.check] == [r.check for r in before.reasons]
    assert [r.weight for r in after.reasons] == sorted((r.weight for r in after.reasons), reverse=True)
    assert amend(after, seen.model_copy(update={"outcome": Outcome.PASS})).reasons == before.reasons
