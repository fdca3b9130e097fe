"""Words that pages have for what the store keeps by a short name."""

from __future__ import annotations

from docscan.web.desk import Standing


def _(text: str) -> str:
    """Marks a text for the catalogues; it is translated where it is shown."""
    return text


STANDINGS = {
    Standing.OPEN: _("not decided"),
    Standing.SECOND: _("needs a second reviewer"),
    Standing.DISAGREED: _("reviewers disagree"),
    Standing.DECIDED: _("decided"),
}
STANDING_SIGNS = {Standing.OPEN: "○", Standing.SECOND: "◐", Standing.DISAGREED: "≠", Standing.DECIDED: "●"}
FIELDS = (
    "document_number",
    "document_code",
    "issuing_state",
    "surname",
    "given_names",
    "name",
    "nationality",
    "date_of_birth",
    "sex",
    "place_of_birth",
    "date_of_issue",
    "date_of_expiry",
    "authority",
    "personal_number",
    "optional_data",
    "document_type",
    "name_at_birth",
    "place_of_issue",
    "can",
    "registration_number",
    "observations",
    "signature",
    "address",
    "height",
    "eye_colour",
    "occupation",
    "religion",
    "marital_status",
    "father",
    "mother",
    "spouse",
    "number_of_entries",
    "duration_of_stay",
)
"""Fields of documents, as reports name them."""
CHECKS = {
    "mrz.check_digits": _("Check digits"),
    "mrz.format": _("Form of the MRZ"),
    "mrz.codes": _("Codes in the MRZ"),
    "mrz.dates": _("Dates in the MRZ"),
    "mrz.print": _("Print of the MRZ"),
    "state.document_number": _("Form of the document number"),
    "state.personal_number": _("Personal number"),
    "consistency.viz_mrz": _("MRZ against printed page"),
    "format.geometry": _("Layout of Doc 9303"),
    "template.claim": _("Design of the State that is named"),
    "template.series": _("Series and date of issue"),
    "template.background": _("Background print"),
    "template.layout": _("Places of fields and static print"),
    "template.typeface": _("Typeface of fields"),
    "template.field_grammar": _("Form of values"),
    "template.relations": _("Values that follow from others"),
    "portrait.substitution": _("Print of the portrait"),
    "portrait.ghost": _("Ghost portrait"),
    "history.number": _("Document number in the case store"),
    "history.portrait": _("Portrait in the case store"),
    "history.watchlist": _("Watchlist"),
    "print.process": _("Printing process"),
    "image.noise": _("Noise and grain of the picture"),
    "image.copy_move": _("Copied parts of the picture"),
    "image.compression": _("Compression of the picture"),
    "capture.recapture": _("Screen or copy"),
    "quality": _("Quality of the picture"),
}
"""Checks, as a person calls them."""


def check_name(name: str) -> str:
    """A name that an older docscan left in the store stays as it is."""
    return CHECKS.get(name, name)


OF_THE_STORE = (
    _("trainee"),
    _("officer"),
    _("reviewer"),
    _("trainer"),
    _("administrator"),
    _("forged"),
    _("genuine"),
    _("inconclusive"),
    _("withdrawn"),
    _("Counterfeit"),
    _("Page substitution"),
    _("Portrait substitution"),
    _("Alteration"),
    _("Impersonation"),
    _("Fraudulently obtained"),
    _("Fantasy"),
    _("Stolen blank"),
)
"""Roles, rulings and kinds of fraud, as they are shown."""
