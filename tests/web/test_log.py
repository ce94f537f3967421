"""The transparency log as files: each at its address, kept as long as it may be, open to all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import safekeeping
from app.queries import articles, log
from app.rules.kinds import CorrectionKind
from app.rules.transparency.audit import Audit
from app.rules.transparency.contents import Broken, Contents
from app.rules.transparency.notes import Signer, Verifier
from app.rules.transparency.proofs import OfflineProof
from app.rules.transparency.redactions import RedactionReason
from app.rules.transparency.tiles import hashes_in, unbundled
from app.rules.transparency.witnesses import Witness
from app.services import log as log_services
from tests import logs, make

YEAR = "public, max-age=31536000, immutable"
MOMENT = "public, max-age=5"


@pytest.fixture
def leaves(app: Flask) -> Iterator[list[bytes]]:
    """Publish 300 leaves, and return them."""
    with app.app_context():
        logs.grow(300)
        yield log.entries(0, 300)


def test_the_entries_stand_in_bundles_of_256(client: FlaskClient, leaves: list[bytes]) -> None:
    full = client.get("/log/tile/entries/000")
    rest = client.get("/log/tile/entries/001.p/44")

    assert [*unbundled(full.data), *unbundled(rest.data)] == leaves
    assert {full.headers["Cache-Control"], rest.headers["Cache-Control"]} == {YEAR}
    assert full.mimetype == "application/octet-stream"
    assert full.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.usefixtures("leaves")
def test_the_hashes_stand_in_tiles(client: FlaskClient) -> None:
    low = hashes_in(client.get("/log/tile/0/000").data)
    rest = hashes_in(client.get("/log/tile/0/001.p/44").data)
    high = hashes_in(client.get("/log/tile/1/000.p/1").data)

    assert (len(low), len(rest), len(high)) == (256, 44, 1)
    assert high[0] == log.root(256)


@pytest.mark.usefixtures("leaves")
@pytest.mark.parametrize(
    "path",
    [
        "0/001",  # not full yet
        "0/001.p/45",  # nor that full
        "0/002.p/1",
        "1/000",
        "1/000.p/2",
        "2/000.p/1",
        "entries/002",
        "0/000.p/0",
        "0/000.p/256",
        "0/0",
        "0/x000/000",
        "64/000",
        "-1/000",
        "0/000/..",
        "entries/x999/x999/x999/x999/x999/x999/999",
        "0/" + "x999/" * 300 + "999",
    ],
)
def test_there_is_no_other_tile(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/log/tile/{path}")

    assert answer.status_code == 404
    assert "immutable" not in answer.headers["Cache-Control"]


@pytest.mark.usefixtures("leaves")
def test_the_checkpoint_is_kept_for_seconds(client: FlaskClient) -> None:
    answer = client.get("/log/checkpoint")
    again = client.get("/log/checkpoint", headers={"If-None-Match": answer.headers["ETag"]})

    assert answer.text == str(log.checkpoint())
    assert answer.headers["Cache-Control"] == MOMENT
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.mimetype == "text/plain"
    assert again.status_code == 304


@pytest.mark.usefixtures("leaves")
@pytest.mark.parametrize("index", [0, 255, 256, 299])
def test_a_proof_can_be_downloaded_and_holds(client: FlaskClient, index: int) -> None:
    answer = client.get(f"/log/proof/{index}.tlog-proof")

    proof = OfflineProof.parse(answer.text)
    entry = log.entries(index, index + 1)[0]
    assert proof.check(entry, safekeeping.signer().verifier) == logs.head()
    assert f'filename="{index}.tlog-proof"' in answer.headers["Content-Disposition"]


@pytest.mark.usefixtures("leaves")
@pytest.mark.parametrize(
    "path",
    ["proof/300.tlog-proof", "bodies/300", "bodies/99999999999999999999", "proof/x.tlog-proof"],
)
def test_there_is_nothing_of_a_leaf_that_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(f"/log/{path}").status_code == 404


def test_an_empty_log_has_no_checkpoint_and_its_page_says_so(client: FlaskClient) -> None:
    assert client.get("/log/checkpoint").status_code == 404
    assert "nothing has been published yet" in client.get("/log").text


def test_a_redacted_body_is_gone_and_says_why(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make.correction(make.article())
        log_services.redact([0], reason=RedactionReason.LEGAL, by=None)

    gone, kept, redaction = (client.get(f"/log/bodies/{n}") for n in (0, 1, 3))

    assert gone.status_code == 410
    assert gone.json == {"redacted": "legal", "redaction": 3}
    assert kept.status_code == 200
    assert set(kept.json or {}) == {"salt", "body"}
    assert redaction.status_code == 404


def test_what_a_retraction_withholds_is_in_no_body_until_it_is_lifted(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        article = make.article("harbour")
        retracted: dict[str, Any] = {"kind": CorrectionKind.RETRACTION, "withholds": True}
        first = make.correction(article, text=make.edited(article, "", ""), **retracted)

    withheld, notice = client.get("/log/bodies/0"), client.get("/log/bodies/1")
    whole = _audited(client)
    with app.app_context():
        lifted: dict[str, Any] = {"kind": CorrectionKind.CLARIFICATION, "amends": first}
        make.correction(articles.with_slug("harbour"), **lifted)

    assert (withheld.status_code, withheld.json) == (410, {"withheld": first})
    assert notice.status_code == 200
    assert (len(whole.contents.withheld), len(_audited(client).contents.withheld)) == (1, 0)
    assert client.get("/log/bodies/0").status_code == 200


def _audited(client: FlaskClient) -> Audit:
    """Check the log from outside, and return what was learnt."""

    def read(path: str) -> bytes | None:
        answer = client.get(f"/log/{path}")
        return answer.data if answer.status_code in (200, 410) else None

    audit = Audit(Contents(read), [Verifier.parse(client.get("/log/vkey").text.strip())])
    for _step in audit.run(audit.checkpoint()):
        pass
    return audit


def test_a_body_withheld_without_a_retraction_is_a_fault(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make.article()

    def read(path: str) -> bytes | None:
        answer = client.get(f"/log/{path}")
        return b'{"withheld": 1}' if path == "bodies/0" else answer.data

    audit = Audit(Contents(read), [Verifier.parse(client.get("/log/vkey").text.strip())])

    with pytest.raises(Broken, match="Leaf 0: its body is withheld"):
        list(audit.run(audit.checkpoint()))


def test_the_policy_names_log_and_witnesses(app: Flask, client: FlaskClient) -> None:
    witness = Signer("witness.example", b"\7" * 32, kind=4).verifier
    app.config["WITNESSES"] = [f"{witness} https://witness.example"]

    policy = client.get("/log/policy").text

    with app.app_context():
        key = safekeeping.signer().verifier
    assert Witness.parse(app.config["WITNESSES"][0]).key == witness
    assert policy.splitlines() == [
        f"log {key} http://localhost/log",
        f"witness w1 {witness}",
        "group witnesses any w1",
        "quorum witnesses",
    ]


def test_the_keys_stand_at_their_address(app: Flask, client: FlaskClient) -> None:
    before = client.get("/log/vkey").text
    with app.app_context():
        safekeeping.rotate_key()

    new, former = client.get("/log/vkey").text.splitlines()

    assert former == before.strip()
    assert Verifier.parse(new) != Verifier.parse(former)


@pytest.mark.usefixtures("leaves")
def test_the_log_is_whole_as_seen_from_outside(client: FlaskClient) -> None:
    _audited(client)

    assert logs.head().size == 300


def test_a_correction_s_page_has_its_proof(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        number = make.correction(make.article())

    page = client.get(f"/corrections/{number}").text

    assert "This entry is leaf 2 of our" in page
    assert "/log/proof/2.tlog-proof" in page
    assert "Verify in this browser" in page


def test_nothing_is_said_to_be_immutable_that_may_be_redacted(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        make.article()

    body = client.get("/log/bodies/0")

    assert body.headers["Cache-Control"] == MOMENT
    assert json.loads(body.text)["body"]["version"] == 1
