import pytest

from docscan.document import Finding, Outcome, Reason
from docscan.geometry import Box, Region
from docscan.judging import features, floor, glossary
from docscan.judging.reasons import FRAME_MM, FURTHER, explain, places


def region(x: float, width: float = 10.0, face: int = 0) -> Region:
    box = Box(x=x, y=0, width=width, height=5)
    return Region(face=face, box=box, mm=box, on_page=tuple((float(a), float(b)) for a, b in box.corners()))


def finding(check: str, outcome: Outcome = Outcome.FAIL, code: str = "odd", **fields: object) -> Finding:
    return Finding(check=check, outcome=outcome, code=code, message="Odd.", **fields)


def test_weights_are_the_contributions() -> None:
    found = [finding("template.typeface", measures={"stroke": 6.0, "height": 1.0})]
    (reason,) = explain(found, {"template.typeface/stroke": 1.5, "template.typeface/height": 0.5, "mrz.print/pitch": 2})
    assert reason.weight == pytest.approx(2.0)


def test_a_rule_is_named_before_what_is_likely() -> None:
    found = [finding("template.background", measures={"tone": 9.0}), finding("mrz.check_digits")]
    reasons = explain(found, {"template.background/tone": 2.0})
    assert [reason.check for reason in reasons] == ["mrz.check_digits", "template.background"]
    assert reasons[0].weight == floor.WEIGHT


def test_rules_in_doubt_share_what_their_doubt_adds() -> None:
    found = [finding(check, Outcome.UNSURE) for check in ("mrz.dates", "template.series", "consistency.viz_mrz")]
    reasons = explain(found, {features.DOUBTED: 3.0})
    assert {(reason.check, reason.weight) for reason in reasons} == {("mrz.dates", 1.5), ("template.series", 1.5)}


def test_a_rule_in_doubt_is_told_even_where_the_classifier_is_unmoved() -> None:
    found = [finding(check, Outcome.UNSURE) for check in ("mrz.dates", "consistency.viz_mrz")]
    assert [(reason.check, reason.weight) for reason in explain(found, {})] == [("mrz.dates", 0.0)]


def test_rules_that_fail_and_rules_in_doubt_are_counted_once_a_check() -> None:
    found = [
        finding("mrz.dates", Outcome.UNSURE),
        finding("mrz.dates", Outcome.UNSURE),
        finding("mrz.format", Outcome.FAIL),
        finding("consistency.viz_mrz", Outcome.UNSURE),
    ]
    counted = dict(zip(features.NAMES, features.vector(found), strict=True))
    assert (counted[features.FAILED], counted[features.DOUBTED]) == (1.0, 1.0)


def test_what_passed_is_no_reason() -> None:
    passed = finding("mrz.print", Outcome.PASS, measures={"pitch": 1.0})
    assert explain([passed], {"mrz.print/pitch": 1.0}) == ()


def test_the_finding_that_carries_the_weight_speaks_first() -> None:
    light = finding("template.layout", code="light", measures={"left": 5.6, "baseline": 9.0}, regions=(region(0),))
    heavy = finding("template.layout", code="heavy", measures={"baseline": 9.0}, regions=(region(50),))
    (reason,) = explain([light, heavy], {"template.layout/left": 0.1, "template.layout/baseline": 3.0})
    assert reason.code == "heavy"
    assert [r.mm.x + FRAME_MM for r in reason.regions] == [50, 0], "with a little around them"


def test_an_issuer_that_is_no_state_is_named_before_all() -> None:
    issuer = finding("mrz.codes", code="issuing_state_unknown", measures={"codes_wrong": 1.0})
    page = finding("template.background", code="page_departs", measures={"misprint": 6.0})
    gains = {"template.background/misprint": 9.0}
    assert [reason.check for reason in explain([page, issuer], gains)] == ["mrz.codes", "template.background"]
    doubtful = issuer.model_copy(update={"outcome": Outcome.UNSURE, "code": "issuing_state_doubtful"})
    assert [reason.check for reason in explain([page, doubtful], gains)] == ["template.background"]


def test_a_page_that_is_no_such_page_is_named_before_what_that_explains() -> None:
    page = finding("template.background", code="page_departs", measures={"misprint": 6.0})
    portrait = finding("portrait.substitution", measures={"edge": 9.0})
    digit = finding("mrz.check_digits", measures={"digits_failed": 1.0})
    gains = {
        "template.background/misprint": 1.0,
        "portrait.substitution/edge": 5.0,
        "mrz.check_digits/digits_failed": 9.0,
    }
    reasons = explain([portrait, page, digit], gains)
    assert [reason.check for reason in reasons] == ["mrz.check_digits", "template.background", "portrait.substitution"]
    doubtful = page.model_copy(update={"outcome": Outcome.UNSURE})
    assert [r.check for r in explain([portrait, doubtful], gains)] == ["portrait.substitution", "template.background"]
    spot = page.model_copy(update={"code": "texture_departs"})
    assert [r.check for r in explain([portrait, spot], gains)] == ["portrait.substitution", "template.background"]


def test_places_that_several_reasons_share_add_up() -> None:
    def reason(weight: float, *regions: Region) -> Reason:
        return Reason(check="c", code="c", message="C.", weight=weight, regions=regions)

    shown = places([reason(3.0, region(0), region(40)), reason(2.0, region(80)), reason(1.9, region(81))])
    assert [place.region.mm.x for place in shown] == [80, 0, 40]
    assert [place.weight for place in shown] == pytest.approx([3.9, 3.0, 3.0 / 2**FURTHER])


def test_the_same_place_on_another_face_is_another_place() -> None:
    one = Reason(check="c", code="c", message="C.", weight=1.0, regions=(region(0), region(0, face=1)))
    assert len(places([one])) == 2


def test_terms_are_of_the_code_where_it_tells_more() -> None:
    assert glossary.term(finding("template.layout", code="field_out_of_place")) == glossary.ALTERATION
    assert glossary.term(finding("template.layout", code="static_print_out_of_place")) == glossary.COUNTERFEIT
    assert glossary.term(finding("image.noise")) == glossary.MANIPULATED


def test_places_of_one_kind_that_stand_close_in_a_line_are_shown_as_one() -> None:
    characters = [
        finding("mrz.print", measures={"shape": z}, regions=(region(x, width=3).model_copy(update={"label": label}),))
        for z, x, label in ((9, 20, "a"), (8, 70, "a"), (7, 12, "a"), (6, 16, "b"), (5, 4, "a"))
    ]
    (reason,) = explain(characters, {"mrz.print/shape": 3.0})
    shown = [(r.label, r.mm.x + FRAME_MM, r.mm.width - 2 * FRAME_MM) for r in reason.regions]
    assert shown == [
        ("a", pytest.approx(4), pytest.approx(19)),
        ("a", 70, pytest.approx(3)),
        ("b", 16, pytest.approx(3)),
    ]


def test_places_on_two_lines_or_faces_stay_apart() -> None:
    other_line = Box(x=14, y=9, width=3, height=5)
    places_of = (region(10, width=3), region(14, width=3, face=1), region(14).model_copy(update={"mm": other_line}))
    (reason,) = explain([finding("mrz.print", regions=places_of)], {"mrz.print/shape": 3.0})
    assert len(reason.regions) == 3
