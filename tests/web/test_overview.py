"""Counts over time by State and kind, and how far batches are."""

from __future__ import annotations

import re

import sqlalchemy as sa
from live import Client, Server

from docscan.cases import deciding, tables
from docscan.cases.accounts import Role
from docscan.cases.deciding import Fraud, Ruling


def counted(client: Client, query: str, heading: str) -> dict[str, int]:
    """Day, month or State -> documents, as the table under that heading has them."""
    panel = client.page(f"/overview?{query}").split(f"<h2>{heading}</h2>")[1].split("</div>")[0]
    return {
        name: sum(int(number) for number in re.findall(r'<td class="number">(\d+)</td>', row))
        for name, row in re.findall(r'<th scope="row" class="day">([^<]+)</th>(.*?)</tr>', panel, re.DOTALL)
    }


def test_counts_are_told_by_time_state_and_kind(server: Server, stocked: dict[str, int]) -> None:
    store, reviewer = server.state.store, server.client(Role.REVIEWER)
    last_month = stocked["22-counterfeit.jpg"]
    with store.writing() as session:
        deciding.decide(session, last_month, Ruling.FORGED, by="carla", kind=Fraud.COUNTERFEIT)
        deciding.decide(session, stocked["01-passport.jpg"], Ruling.GENUINE, by="carla")
        moved = sa.update(tables.Document).where(tables.Document.id == last_month)
        session.execute(moved.values(examined_at="2020-02-29T12:00:00.000000Z"))
    days, months = counted(reviewer, "", "By day"), counted(reviewer, "period=month", "By month")
    assert days["2020-02-29"] == months["2020-02"] == 1
    assert sum(days.values()) == sum(months.values()) == len(stocked)
    assert counted(reviewer, "kind=counterfeit", "By day") == {"2020-02-29": 1}
    assert counted(reviewer, "kind=genuine", "By issuing State") == {"UTO": 1}
    assert counted(reviewer, "state=UTO", "By issuing State") == {"UTO": len(stocked)}
    assert counted(reviewer, "state=XXA", "By day") == {}
    assert server.client(Role.REVIEWER).get("/overview?period=nonsense").status_code == 200


def test_a_batch_tells_how_far_it_is(server: Server, stocked: dict[str, int]) -> None:
    with server.state.store.writing() as session:
        engine = session.scalars(sa.select(tables.Engine.id)).first()
        case = tables.Case(name="<b>Raid", opened_at=tables.now())
        session.add(case)
        session.flush()
        session.add(
            tables.Run(case=case.id, engine=engine, source="[]", as_of="2026-01-01", by="anna", started_at=tables.now())
        )
    reviewer = server.client(Role.REVIEWER)
    part = reviewer.get("/overview", headers={"hx-target": "runs"}).text
    assert "&lt;b&gt;Raid" in part
    assert "running, or interrupted" in part
    assert "<html" not in part
    with server.state.store.writing() as session:
        session.execute(sa.update(tables.Run).values(finished_at=tables.now()))
    assert "finished" in reviewer.get("/overview", headers={"hx-target": "runs"}).text
