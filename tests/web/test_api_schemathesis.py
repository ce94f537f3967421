"""The API does what its description says, whatever is sent, whoever sends it.

Schemathesis makes requests from the description, well formed and not, and applies all its checks:
no error of ours, no answer that is not described, nothing accepted that the description forbids,
nothing let in without its token.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from werkzeug.serving import make_server

from app.rules.permissions import Role
from tests import make
from tests.web.program import staffed
from tests.web.publication import publish_all

EXAMPLES = 3
"""Of each operation and each kind, beside those that cover the description's edges."""

CHECKS = {
    # What is well formed can still be refused: words that do not stand in the article, a case
    # that has moved on, a reason that has to be given with another one.
    "positive_data_acceptance": {
        "expected-statuses": ["2xx", "401", "403", "404", "409", "410", "412", "422", "428", "429"]
    },
    # RFC 6585 has a status of its own for a request that does not say what it saw.
    "missing_required_header": {"expected-statuses": ["400", "401", "403", "404", "422", "428"]},
    "negative_data_rejection": {
        "expected-statuses": ["400", "401", "403", "404", "405", "409", "412", "422", "428"]
    },
}


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """Serve a publication with something of everything; yield its address."""
    app.config["RATELIMIT_ENABLED"] = False
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    app.config["SITE_URL"] = f"http://127.0.0.1:{server.port}"
    yield app.config["SITE_URL"]
    server.shutdown()
    server.server_close()


def failures(config: dict[str, object], address: str) -> tuple[int, list[str]]:
    """Return how many requests were made, and what was found, each with the request."""
    described = schemathesis.openapi.from_url(
        f"{address}/api/v1/openapi.json", config=SchemathesisConfig.from_dict(config)
    )
    made, found = 0, []
    for event in from_schema(described).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            found.append(repr(event))
        if not isinstance(event, events.ScenarioFinished):
            continue
        made += len(event.recorder.interactions)
        for number, checks in event.recorder.checks.items():
            sent = event.recorder.interactions[number].request
            found += [
                f"{check.name}: {check.failure_info.failure} at {sent.method} {sent.uri}: "
                f"{sent.body!r}"
                for check in checks
                if check.failure_info
            ]
    return made, found


@pytest.mark.slow
@pytest.mark.parametrize("role", [None, *Role])
def test_nothing_is_found(app: Flask, served: str, role: Role | None) -> None:
    with app.app_context():
        token = publish_all()
        make.case()
    headers = staffed(app, role).headers if role else {}
    covers_edges = role in (None, Role.EDITOR)  # the others differ in what they may alone
    config = {
        "headers": {**headers, "Report-Token": token},
        "generation": {"max-examples": EXAMPLES, "database": "none", "deterministic": True},
        "phases": {"stateful": {"enabled": False}, "coverage": {"enabled": covers_edges}},
        "checks": CHECKS,
    }

    made, found = failures(config, served)

    assert found == []
    assert made > (500 if covers_edges else 50)
