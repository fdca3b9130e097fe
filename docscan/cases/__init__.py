"""The case store: what was examined, found and decided, and the proof that nobody changed it since."""

from docscan.cases import audit, deciding, saving, searching
from docscan.cases.store import Store, open_store

__all__ = ["Store", "audit", "deciding", "open_store", "saving", "searching"]
