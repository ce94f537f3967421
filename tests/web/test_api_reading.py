"""Reading the public record through the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.rules.kinds import CorrectionKind
from app.rules.permissions import Permission
from app.web import presenters
from app.web.access import PUBLIC, access_of
from tests import make
from tests.pages import Browser
from tests.web.program import Program, problem
from tests.web.publication import publish_all

METHODS = ("get", "post")


@pytest.fixture
def program(app: Flask) -> Program:
    """Return a program without a token, and a publication to read."""
    with app.app_context():
        publish_all()
    return Program(app)


def answer(response: TestResponse) -> Any:
    """Return what a request that went well was answered."""
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.json


def test_articles_come_in_pages_without_gaps(app: Flask) -> None:
    with app.app_context():
        for number in range(7):
            make.article(f"port-{number}")
    program, found, path = Program(app), [], "/articles?limit=3"

    while path:
        page = answer(program.get(path))
        found.append([item["slug"] for item in page["items"]])
        path = (page["next_url"] or "").removeprefix("http://localhost/api/v1")

    assert [len(page) for page in found] == [3, 3, 1]
    assert len({slug for page in found for slug in page}) == 7


def test_an_article_is_what_the_presenters_say(app: Flask, program: Program) -> None:
    given = answer(program.get("/articles/harbour"))

    assert set(given) == set(presenters.PublicArticle.__annotations__) | set(
        presenters.PublicArticleLine.__annotations__
    )
    assert given["text"]["headline"] == "A harbour and its town"
    assert [entry["number"] for entry in given["corrections"]] == [4, 3, 2, 1]
    assert given["is_retracted"] is False


def test_a_retracted_article_gives_its_reason_and_no_text(program: Program) -> None:
    given = answer(program.get("/articles/market"))

    assert given["is_retracted"] is True
    assert given["retraction"]["notice"] == "The market never was."
    assert given["text"]["body_html"].strip() == ""


def test_versions_and_what_differs_between_them(program: Program) -> None:
    lines = answer(program.get("/articles/harbour/versions"))["items"]
    first = answer(program.get("/articles/harbour/versions/1"))
    difference = answer(program.get("/articles/harbour/differences/1/2"))

    assert [line["number"] for line in lines] == list(range(len(lines), 0, -1))
    assert "1964" in first["text"]["body_html"]
    changes = [row for row in difference["rows"] if row["is_change"]]
    kinds = {p["kind"]: p["text"] for row in changes for p in row["pieces"] if p["kind"] != "equal"}
    assert kinds == {"delete": "1964", "insert": "1965"}
    assert (difference["before"]["number"], difference["after"]["number"]) == (1, 2)


def test_versions_that_a_retraction_withholds_are_gone(app: Flask) -> None:
    with app.app_context():
        on = make.article("market")
        make.correction(on, kind=CorrectionKind.RETRACTION, notice="It never was.", withholds=True)
    program = Program(app)

    found = [
        program.get("/articles/market/versions/1"),
        program.get("/articles/market/differences/1/2"),
    ]

    assert [response.status_code for response in found] == [410, 410]
    assert "berths" not in answer(program.get("/articles/market"))["text"]["body_html"]


def test_the_log_of_all_and_of_one_article(program: Program) -> None:
    everything = answer(program.get("/corrections"))
    of_one = answer(program.get("/articles/harbour/corrections"))
    one = answer(program.get("/corrections/1"))

    assert [entry["number"] for entry in everything["items"]] == [5, 4, 3, 2, 1]
    assert [entry["number"] for entry in of_one["items"]] == [4, 3, 2, 1]
    assert one == everything["items"][-1]
    assert (one["was"], one["now"]) != ("", "")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=retraction", [5]),
        ("kind=minor&section=Ports", [2]),
        ("section=Trade", [5]),
        ("section=Nowhere", []),
        ("since=2026-11-23", [5, 4, 3, 2, 1]),
        ("since=2026-11-24", []),
        ("until=2026-11-23&limit=2", [5, 4]),
        ("until=2026-11-22", []),
        ("since=0001-01-01&until=9999-12-31", [5, 4, 3, 2, 1]),
        ("cursor=3", [2, 1]),
    ],
)
def test_the_log_is_narrowed(program: Program, query: str, expected: list[int]) -> None:
    found = answer(program.get(f"/corrections?{query}"))

    assert [entry["number"] for entry in found["items"]] == expected


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/corrections?kind=mistake", "kind"),
        ("/corrections?since=yesterday", "since"),
        ("/corrections?limit=101", "limit"),
        ("/corrections?limit=0", "limit"),
        ("/corrections?limit=٣", "limit"),
        ("/corrections?cursor=-1", "cursor"),
        ("/corrections?knid=minor", "knid"),
        ("/articles?cursor=1", "cursor"),
        ("/articles?cursor=999999999999999999.1", "cursor"),
        ("/articles?cursor=1.1%0A", "cursor"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(program: Program, path: str, said: str) -> None:
    status, detail = problem(program.get(path))

    assert status == 422
    assert said in detail


@pytest.mark.parametrize(
    "path",
    [
        "/articles/nowhere",
        "/articles/harbour/versions/99",
        "/articles/harbour/versions/0",
        "/articles/harbour/differences/1/99",
        "/corrections/99",
        "/corrections/999999999999",
        "/nowhere",
        "/",
        "",
        "/articles/%00",
        "/articles?cursor=%00",
    ],
)
def test_what_is_not_there_is_a_problem_too(program: Program, path: str) -> None:
    assert program.get(path).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["/corrections", "/openapi.json"])
def test_a_method_that_is_not_there_says_which_are(app: Flask, method: str, path: str) -> None:
    response = Program(app).client.open(f"/api/v1{path}", method=method)

    assert response.status_code == 405
    assert response.mimetype == "application/problem+json"
    assert "GET" in response.headers["Allow"]


def test_what_is_known_already_is_not_sent_again(program: Program) -> None:
    first = program.get("/articles/harbour")

    again = program.get("/articles/harbour", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.data == b""
    assert "s-maxage" in first.headers["Cache-Control"]


def test_pages_of_other_sites_may_read_and_nothing_else(app: Flask) -> None:
    client = app.test_client()
    origin = {"Origin": "https://elsewhere.example"}

    with app.app_context():
        rules = [r for r in app.url_map.iter_rules() if r.rule.startswith("/api/")]
        opened = {r.rule: access_of(r.endpoint) == PUBLIC for r in rules}
    answers = {
        path: client.options(
            path.replace("<slug>", "a").replace("<reference>", "C-0001"), headers=origin
        )
        for path in opened
        if "number" not in path
    }

    may = {path: "Access-Control-Allow-Origin" in a.headers for path, a in answers.items()}
    both = {"/api/v1/articles/<slug>/corrections"}  # read by anybody, written with a token
    assert {path: may[path] for path in may if path not in both} == {
        path: opened[path] for path in may if path not in both
    }
    assert all(
        a.headers.get("Access-Control-Allow-Methods", "GET, HEAD") == "GET, HEAD"
        for a in answers.values()
    )
    read = client.get("/api/v1/corrections", headers=origin)
    assert read.headers["Access-Control-Allow-Origin"] == "*"
    assert read.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_description_names_every_operation(app: Flask) -> None:
    described = answer(Program(app).get("/openapi.json"))

    with app.app_context():
        served = {
            (rule.rule.replace("<number:", "<").replace("<", "{").replace(">", "}"), method.lower())
            for rule in app.url_map.iter_rules()
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
            if rule.endpoint.startswith("api.")
        }
    told = {
        (path, method)
        for path, operations in described["paths"].items()
        for method in operations
        if method in METHODS
    }
    assert described["openapi"] == "3.1.0"
    assert told == served


def test_the_description_says_which_operations_need_a_token(app: Flask) -> None:
    described = answer(Program(app).get("/openapi.json"))
    with app.app_context():
        needing = {
            rule.rule
            for rule in app.url_map.iter_rules()
            if rule.endpoint.startswith("api.") and isinstance(access_of(rule.endpoint), Permission)
        }

    told = {
        path.replace("{", "<").replace("}", ">")
        for path, operations in described["paths"].items()
        if any(
            {"bearer": []} in operations[m].get("security", []) for m in operations if m in METHODS
        )
    }

    assert told == needing
    assert "DEFAULT_ERROR" not in json.dumps(described)


def test_the_page_about_the_api_asks_nobody_else(app: Flask) -> None:
    page = Browser(app.test_client()).open("/api/v1/docs")

    assert page.heading == "The API"
    assert "GET /api/v1/articles/{slug}" in page.text
    assert "POST /api/v1/cases/{reference}/decline" in page.text
    absolute = page.html.xpath("//*[starts-with(@src, 'http') or starts-with(@href, 'http')]")
    foreign = [each for each in absolute if each.get("rel") != "canonical"]  # it asks for nothing
    assert foreign == []
