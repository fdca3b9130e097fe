"""docscan finds likely forgeries of travel documents in scans.

    >>> import docscan
    >>> reports = docscan.inspect("passport.jpg")      # doctest: +SKIP
    >>> reports[0].verdict.outcome                     # doctest: +SKIP
    <Decision.CLEAR: 'clear'>

`inspect` and `Report` are the public API, with the errors of `docscan.errors`; all else may change.
"""

from typing import TYPE_CHECKING, Any

from docscan.version import VERSION

if TYPE_CHECKING:
    from docscan.pipeline import inspect
    from docscan.report import Report

__all__ = ["Report", "__version__", "inspect"]

__version__ = VERSION


def __getattr__(name: str) -> Any:
    # Imaging libraries take a second to import; whoever asks for --help or the version does not wait for them.
    if name == "inspect":
        from docscan.pipeline import inspect

        return inspect
    if name == "Report":
        from docscan.report import Report

        return Report
    raise AttributeError(f"module 'docscan' has no attribute {name!r}")
