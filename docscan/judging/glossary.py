"""What a finding would be called by document examiners, in the words of the glossary of the EU's public register of
travel documents (PRADO)."""

from __future__ import annotations

from collections.abc import Mapping

from docscan.document import Finding

ALTERATION = "alteration of data"
ERASURE = "erasure"
PHOTO = "photo substitution"
MRZ = "forged machine-readable zone"
COUNTERFEIT = "counterfeit"
PSEUDO = "pseudo document"
REPRODUCTION = "reproduction"
MANIPULATED = "digital manipulation"

_BY_CHECK: Mapping[str, str] = {
    "mrz.check_digits": MRZ,
    "mrz.format": MRZ,
    "mrz.print": MRZ,
    "mrz.codes": PSEUDO,
    "mrz.dates": ALTERATION,
    "state.document_number": ALTERATION,
    "state.personal_number": ALTERATION,
    "consistency.viz_mrz": ALTERATION,
    "template.typeface": ALTERATION,
    "template.field_grammar": ALTERATION,
    "template.relations": ALTERATION,
    "template.layout": ALTERATION,
    "template.background": COUNTERFEIT,
    "template.claim": COUNTERFEIT,
    "template.series": COUNTERFEIT,
    "portrait.substitution": PHOTO,
    "portrait.ghost": PHOTO,
}
_BY_ROOM: Mapping[str, str] = {
    "portrait": PHOTO,
    "print": COUNTERFEIT,
    "capture": REPRODUCTION,
    "image": MANIPULATED,
    "template": COUNTERFEIT,
}
_BY_CODE: Mapping[tuple[str, str], str] = {
    ("template.background", "field_background_departs"): ERASURE,
    ("template.background", "texture_departs"): ERASURE,
    ("template.background", "tone_departs"): ERASURE,
    ("template.layout", "static_print_out_of_place"): COUNTERFEIT,
}


def term(finding: Finding) -> str:
    """The kind of forgery that a finding is a sign of; "" where none is more likely than another."""
    by_check = _BY_CHECK.get(finding.check) or _BY_ROOM.get(finding.check.split(".")[0], "")
    return _BY_CODE.get((finding.check, finding.code), by_check)
