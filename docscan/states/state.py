"""What is publicly known of one issuing State: the schema of docscan/states/data/*.toml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, StringConstraints, field_validator, model_validator

from docscan.geometry import Value
from docscan.states import national_numbers

Confidence = Literal["firm", "soft"]
Kind = Literal["state", "territory", "organization", "specimen"]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
IssuerCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}$")]
CodeSelector = Annotated[str, StringConstraints(pattern=r"^[A-Z]([A-Z]|\*)?$")]
"""Document codes a fact holds for: `PB` that code, `P` the letter alone (`P<`), `P*` every code that begins with it."""


class Fact(Value):
    """One statement with where it comes from. A soft one is not confirmed in a primary source: contradicting it is at
    most UNSURE."""

    source: Text
    confidence: Confidence
    note: str = ""

    @property
    def firm(self) -> bool:
        return self.confidence == "firm"


class Dated(Fact):
    """A fact about documents of some codes, issued in some period (both ends included; None: open)."""

    documents: Annotated[tuple[CodeSelector, ...], Field(min_length=1)]
    issued_from: date | None = None
    issued_until: date | None = None

    @model_validator(mode="after")
    def _period_runs_forward(self) -> Self:
        if self.issued_from and self.issued_until and self.issued_from > self.issued_until:
            raise ValueError("issued_from is later than issued_until")
        return self

    def covers(self, document_code: str) -> bool:
        """Whether the fact holds for a document code as printed (`P<`, `PB`, `ID`)."""
        return any(fnmatchcase(document_code.rstrip("<"), selector) for selector in self.documents)

    def in_period(self, earliest: date | None, latest: date | None) -> bool:
        """Whether a document issued some day from `earliest` to `latest` can be meant (None: not known)."""
        begins_too_late = self.issued_from is not None and latest is not None and latest < self.issued_from
        ended_before = self.issued_until is not None and earliest is not None and earliest > self.issued_until
        return not (begins_too_late or ended_before)


class DocumentCode(Fact):
    """A document code in use and what it stands for."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z<]?$")]
    name: Text


class NumberPattern(Dated):
    """The form of the document number, as a regular expression over the whole number without fillers and spaces."""

    pattern: Text

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return pattern

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.ASCII)

    def matches(self, number: str) -> bool:
        return self._expression.fullmatch(number) is not None


class Validity(Dated):
    """The longest time from issue to expiry, in months."""

    months: Annotated[int, Field(ge=1, le=600)]


class NameConvention(Fact):
    """How names stand in the MRZ."""

    divided: bool = True
    """False: primary and secondary identifiers are not told apart, so usually no `<<` between them."""


class NationalNumber(Fact):
    """A number of the person, not of the document."""

    name: Text
    rule: Text
    """Which rule of docscan.states.national_numbers reads it."""
    page: Confidence | None = None
    """How surely the printed page carries it as the personal number; None: it does not."""
    optional_data: Confidence | None = None
    """How surely the MRZ's optional data carries it; None: it does not."""

    @field_validator("rule")
    @classmethod
    def _rule_is_known(cls, rule: str) -> str:
        if rule not in national_numbers.RULES:
            raise ValueError(f"no such rule; there are {', '.join(sorted(national_numbers.RULES))}")
        return rule

    def read(self, number: str) -> national_numbers.Claims | None:
        """What `number` says of its holder; None where it is no such number."""
        return national_numbers.RULES[self.rule](number)


class State(Value):
    """An issuing State, territory or organization."""

    name: Text
    codes: Annotated[tuple[IssuerCode, ...], Field(min_length=1)]
    """As printed in the MRZ, the usual one first; an ISO 3166-1 alpha-3 code that the MRZ does not use comes last."""
    alpha2: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    kind: Kind
    source: Text
    """Where name and codes come from."""
    document_codes: tuple[DocumentCode, ...] = ()
    numbers: tuple[NumberPattern, ...] = ()
    validity: tuple[Validity, ...] = ()
    names: NameConvention | None = None
    national_numbers: tuple[NationalNumber, ...] = ()

    @property
    def code(self) -> str:
        return self.codes[0]

    def number_patterns(self, document_code: str) -> tuple[NumberPattern, ...]:
        """The forms of number known for a document code as printed, whenever issued."""
        return _covering(self.numbers, document_code)

    def longest_validity(self, document_code: str, issued: date | None = None) -> Validity | None:
        """The longest validity such a document can have; None where nothing is known.

        Without a date of issue the longest of any period counts.
        """
        known = [v for v in _covering(self.validity, document_code) if v.in_period(issued, issued)]
        return max(known, key=lambda v: (v.months, not v.firm), default=None)


AnyDated = TypeVar("AnyDated", bound=Dated)


def _covering(facts: Iterable[AnyDated], document_code: str) -> tuple[AnyDated, ...]:
    return tuple(fact for fact in facts if fact.covers(document_code))
