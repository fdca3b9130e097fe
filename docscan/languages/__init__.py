"""The languages that pages speak, and how texts and the sentences of findings are said in them.

Catalogues are gettext's .po files beside this module, read as they are; English is the source. A text without a
translation stays English.
"""

from docscan.languages.language import ENGLISH, LANGUAGES, Language, language

__all__ = ["ENGLISH", "LANGUAGES", "Language", "language"]
