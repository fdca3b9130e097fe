"""The API against its own description, on a live server: made-up requests get described answers, and never a 500."""

from __future__ import annotations

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from live import SAMPLES, Server
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from docscan.cases.accounts import Role
from docscan.report import Report
from docscan.web.api import description

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def token(server: Server) -> dict[str, str]:
    return {"authorization": f"Bearer {server.tokens[Role.REVIEWER]}"}


def test_a_check_gives_the_reports_of_the_command_line(server: Server) -> None:
    with (SAMPLES / "13-portrait-replaced.jpg").open("rb") as scan:
        answer = server.client().post("/api/check", files={"file": ("x.jpg", scan)}, headers=token(server))
    assert answer.status_code == 200
    reports = [Report.model_validate_json(json.dumps(report)) for report in answer.json()["reports"]]
    assert [report.verdict.outcome for report in reports] == ["suspect"]
    assert reports[0].source.path == "x.jpg"


def test_a_document_of_the_store_is_the_one_that_was_kept(server: Server, stocked: dict[str, int]) -> None:
    client, number = server.client(), stocked["13-portrait-replaced.jpg"]
    listed = client.get("/api/documents", params={"outcome": "suspect"}, headers=token(server)).json()
    assert number in [entry["number"] for entry in listed["documents"]]
    kept = client.get(f"/api/documents/{number}", headers=token(server))
    assert Report.model_validate_json(kept.text).verdict.outcome == "suspect"
    assert client.get("/api/documents/999999", headers=token(server)).json()["error"]["class"] == "NoSuchRecord"


@pytest.fixture(scope="module")
def described(server: Server) -> schemathesis.schemas.BaseSchema:
    asked = server.client().get("/api/openapi.json", headers=token(server)).json()
    assert asked["security"] == [{"token": []}]
    return schemathesis.openapi.from_dict(asked)


def test_made_up_requests_get_described_answers(described: schemathesis.schemas.BaseSchema, server: Server) -> None:
    operations = [operation.ok() for operation in described.get_all_operations()]
    assert len(operations) == 4
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(base_url=server.url, headers=token(server), checks=CHECKS)

        ask()


def test_the_description_holds_no_page(server: Server) -> None:
    assert callable(description)
    asked = server.client().get("/api/openapi.json", headers=token(server)).json()
    assert all(path.startswith("/api/") for path in asked["paths"])
