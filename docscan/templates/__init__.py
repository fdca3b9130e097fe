"""What genuine documents look like: learning a template from specimens, keeping it, and laying a document on it."""

from docscan.templates.enrolment import enrol
from docscan.templates.folder import load, load_all, save, versioned
from docscan.templates.ink import inks
from docscan.templates.matching import match

__all__ = ["enrol", "inks", "load", "load_all", "match", "save", "versioned"]
