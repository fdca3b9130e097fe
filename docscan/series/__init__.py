"""Which documents come from one workshop: a profile of each, pairs worth comparing, likelihood ratios, series."""

from docscan.series.profile import Profile
from docscan.series.profiling import profile_of

__all__ = ["Profile", "profile_of"]
