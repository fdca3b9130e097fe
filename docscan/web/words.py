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
)
"""Fields of documents, as reports name them."""
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
