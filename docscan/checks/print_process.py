"""Was the page printed by the process that its design is printed by?"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from docscan.checks._zones import NO_TEMPLATE, region
from docscan.document import Examination, Finding, Outcome, RegisteredFace, TemplateFace
from docscan.geometry import Box
from docscan.templates import laying
from docscan.traces import colours

MIN_PPMM = 150 / 25.4
"""Resolution below which dots of ink melt into a tint."""
STANDS_OUT, CLEARLY = 0.55, 0.85
"""Logarithm by which colours are grainier than the template's print: copies of the specimens reach 0.3."""


class PrintProcess:
    """Compares how grainy the colours of the static print are with the same print of the template.

    `grain`: logarithm by which they are grainier, as the strewn dots of an inkjet make them.
    """

    name = "print.process"
    measures = ("grain",)

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        if exam.match is None or not exam.match.faces:
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="no_template", message=NO_TEMPLATE)
            return
        for registered in exam.match.faces:
            if exam.document.faces[registered.face].ppmm >= MIN_PPMM:
                yield self._face(exam, registered)
            else:
                yield Finding(
                    check=self.name,
                    outcome=Outcome.UNSURE,
                    code="too_coarse_for_grain",
                    message="The scan has fewer than 150 pixels an inch: too few to see dots of ink.",
                )

    def _face(self, exam: Examination, registered: RegisteredFace) -> Finding:
        template = registered.template_face
        bare = laying.laid(registered).bare
        seen = colours.grain(colours.grains(registered.pixels, template.ppmm), bare)
        usual = colours.grain(_grains(template), bare)
        more = max(0.0, float(np.log((seen + 0.2) / (usual + 0.2))))
        if more < STANDS_OUT:
            return Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="grain_agrees",
                message="The colours of the print are as even as the template's.",
                measures={"grain": more},
            )
        height, width = template.reference.shape[:2]
        side = Box(x=0, y=0, width=width / template.ppmm, height=height / template.ppmm)
        return Finding(
            check=self.name,
            outcome=Outcome.FAIL if more >= CLEARLY else Outcome.UNSURE,
            code="grainy_colours",
            message="The colours are made of strewn dots, as an inkjet makes them, where genuine ones are even.",
            expected="even tints and lines",
            seen=f"colours {np.exp(more):.1f} times as grainy",
            regions=(region(exam, registered, side, "whole side"),),
            measures={"grain": more},
        )


@lru_cache(maxsize=16)
def _grains(face: TemplateFace) -> tuple[colours.Floats, colours.Floats]:
    return colours.grains(face.reference, face.ppmm)
