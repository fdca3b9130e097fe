"""What a verdict depends on besides the picture: the versions of everything that had a say, and the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from docscan import judging, reading
from docscan.cases import tables
from docscan.pipeline import Settings
from docscan.version import VERSION


@dataclass(frozen=True)
class Engine:
    """Two runs with the same `id` give the same verdict on the same picture."""

    versions: Mapping[str, str]
    settings: Mapping[str, str]

    @cached_property
    def id(self) -> str:
        return tables.digest(tables.canonical({"versions": dict(self.versions), "settings": dict(self.settings)}))

    @classmethod
    def of(cls, settings: Settings, *, as_of_named: bool = False) -> Engine:
        """The engine of this installation. `as_of_named`: validity is asked as of a day that somebody named, rather
        than today; only then is the day part of it.

        Raises ModelError, EngineError where the installation is not whole.
        """
        versions = {"docscan": VERSION, "classifier": judging.model_version(), **reading.versions()}
        versions |= {f"template {template.id}": template.version for template in settings.templates}
        chosen = {"operating_point": settings.operating_point, "thorough": "yes" if settings.thorough else "no"}
        if as_of_named:
            chosen["as_of"] = settings.on.isoformat()
        return cls(versions, chosen)

    def keep(self, session: Session) -> str:
        """Its id, after making sure that the store knows what it stands for."""
        if session.get(tables.Engine, self.id) is None:
            session.add(
                tables.Engine(
                    id=self.id,
                    versions=tables.canonical(dict(self.versions)),
                    settings=tables.canonical(dict(self.settings)),
                )
            )
            session.flush()
        return self.id
