"""Tesseract's own library in this process: its model is loaded once, not once a document.

It is the library that the program on this machine is made of, so that both read the same. Where none of the program's
version is found, as beside programs that carry it inside, the program is started instead.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
from functools import cache
from threading import Lock

import numpy as np
import numpy.typing as npt

from docscan.errors import EngineError

LANGUAGE = "eng"
VARIABLES = {"tessedit_do_invert": "0"}
"""Pictures are handed over dark on light: a line that is hard to read need not be read again as light on dark."""
PPI = 96
"""What the program is told by the files that it is handed: the engine draws conclusions from it."""
_HANDLE, _NUMBER, _TEXT = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
_FUNCTIONS = {
    "TessBaseAPICreate": (_HANDLE,),
    "TessBaseAPISetVariable": (_NUMBER, _HANDLE, _TEXT, _TEXT),
    "TessBaseAPIInit3": (_NUMBER, _HANDLE, _TEXT, _TEXT),
    "TessBaseAPISetPageSegMode": (None, _HANDLE, _NUMBER),
    "TessBaseAPISetImage": (None, _HANDLE, _HANDLE, _NUMBER, _NUMBER, _NUMBER, _NUMBER),
    "TessBaseAPISetSourceResolution": (None, _HANDLE, _NUMBER),
    "TessBaseAPIRecognize": (_NUMBER, _HANDLE, _HANDLE),
    "TessBaseAPIGetTsvText": (_HANDLE, _HANDLE, _NUMBER),
    "TessBaseAPIClear": (None, _HANDLE),
    "TessBaseAPIClearAdaptiveClassifier": (None, _HANDLE),
    "TessDeleteText": (None, _HANDLE),
    "TessMonitorCreate": (_HANDLE,),
    "TessMonitorSetDeadlineMSecs": (None, _HANDLE, _NUMBER),
    "TessMonitorDelete": (None, _HANDLE),
}
"""What each function of Tesseract's C interface (capi.h) returns and takes."""


@cache
def engine(version: str) -> Engine | None:
    """The engine of a library of this version; None where there is none.

    Raises EngineError where it has no model to load.
    """
    file = ctypes.util.find_library("tesseract")
    if file is None:
        return None
    try:
        library = ctypes.CDLL(file)
        library.TessVersion.restype = ctypes.c_char_p
        if library.TessVersion().decode() != version:
            return None
        for name, (returned, *taken) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = returned, taken
    except (OSError, AttributeError):
        return None
    return Engine(library)


class Engine:
    """One engine with its model, for one caller at a time."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._lock = Lock()
        self._handle = library.TessBaseAPICreate()
        library.TessBaseAPISetVariable(self._handle, b"debug_file", os.devnull.encode())
        if library.TessBaseAPIInit3(self._handle, None, LANGUAGE.encode()):
            raise EngineError("tesseract failed: it found no model of the language.")
        for name, value in VARIABLES.items():
            library.TessBaseAPISetVariable(self._handle, name.encode(), value.encode())

    def tsv(self, grey: npt.NDArray[np.uint8], psm: int, timeout_s: float) -> str | None:
        """Words of a grey (h, w) picture as rows of Tesseract's TSV, without heading; None where it took too long."""
        call, engine = self._library, self._handle
        grey = np.ascontiguousarray(grey)
        height, width = grey.shape
        with self._lock:
            monitor = call.TessMonitorCreate()
            try:
                call.TessBaseAPIClearAdaptiveClassifier(engine)  # or words of one picture sway the next one's reading
                call.TessBaseAPISetPageSegMode(engine, psm)
                call.TessBaseAPISetImage(engine, grey.ctypes.data, width, height, 1, width)
                call.TessBaseAPISetSourceResolution(engine, PPI)
                call.TessMonitorSetDeadlineMSecs(monitor, max(1, round(timeout_s * 1000)))
                if call.TessBaseAPIRecognize(engine, monitor):
                    return None
                text = call.TessBaseAPIGetTsvText(engine, 0)
                try:
                    return ctypes.string_at(text).decode("utf-8")
                finally:
                    call.TessDeleteText(text)
            finally:
                call.TessBaseAPIClear(engine)
                call.TessMonitorDelete(monitor)
