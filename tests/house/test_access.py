"""Every page says whom it is for, and nothing changes because somebody followed a link."""

from __future__ import annotations

import ast
import re

from flask import Flask

from app.rules.permissions import Permission
from app.web.access import PERSONAL, PUBLIC, access_of
from tests.house.code import APP, imports, name_of, tree


def test_every_view_says_whom_it_is_for(app: Flask) -> None:
    with app.app_context():
        declared = {rule.endpoint: access_of(rule.endpoint) for rule in app.url_map.iter_rules()}

    silent = [
        endpoint
        for endpoint, access in declared.items()
        if access not in (PUBLIC, PERSONAL) and not isinstance(access, Permission)
    ]
    assert len(declared) > 20
    assert silent == []


def test_all_of_the_desk_but_its_door_asks_for_a_permission(app: Flask) -> None:
    with app.app_context():
        open_to_all = {
            rule.rule
            for rule in app.url_map.iter_rules()
            if rule.rule.startswith("/desk")
            and not isinstance(access_of(rule.endpoint), Permission)
        }

    assert open_to_all == {
        "/desk/login",
        "/desk/login/passkey",
        "/desk/login/second-factor",
        "/desk/join/<token>",
    }


def test_what_is_public_answers_to_get_alone(app: Flask) -> None:
    with app.app_context():
        others = {
            (rule.rule, method)
            for rule in app.url_map.iter_rules()
            if access_of(rule.endpoint) == PUBLIC
            for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
        }

    assert others == set()


def test_no_route_takes_other_methods_than_get_and_post(app: Flask) -> None:
    methods = set().union(*(rule.methods or set() for rule in app.url_map.iter_rules()))

    assert methods <= {"GET", "HEAD", "OPTIONS", "POST"}


def test_the_api_sees_no_session() -> None:
    paths = [*(APP / "web" / "api").glob("*.py"), APP / "web" / "bearer.py"]
    forbidden = ("flask_login", "flask.session", "app.web.identity", "app.web.sessions")

    seen = {(name_of(p), name) for p in paths for name in imports(p) if name.startswith(forbidden)}

    assert len(paths) > 5
    assert seen == set()


def test_what_the_api_opens_to_all_is_read_or_belongs_to_a_report(app: Flask) -> None:
    with app.app_context():
        written = {
            rule.rule
            for rule in app.url_map.iter_rules()
            if rule.rule.startswith("/api/")
            and "POST" in (rule.methods or set())
            and not isinstance(access_of(rule.endpoint), Permission)
        }

    assert written
    assert all(rule.startswith("/api/v1/reports") for rule in written)


def _verbs() -> set[str]:
    """Return the public functions of the services that open a transaction."""
    found = set()
    for path in (APP / "services").glob("[!_]*.py"):
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                opens = any(
                    isinstance(part, ast.Call) and ast.unparse(part.func) == "transaction"
                    for part in ast.walk(node)
                )
                if opens:
                    found.add(node.name)
    return found


def _is_for_post_only(view: ast.FunctionDef) -> bool:
    """Say whether a view's routes take POST, and GET only to show the form again."""
    marks = [ast.unparse(mark) for mark in view.decorator_list]
    routes = [mark for mark in marks if re.match(r"\w+\.(route|get|post)\(", mark)]
    return all(".post(" in route or "'POST'" in route for route in routes)


def test_whatever_changes_something_is_a_post() -> None:
    verbs, guilty = _verbs(), []
    for path in (APP / "web").rglob("*.py"):
        for view in ast.walk(tree(path)):
            if not isinstance(view, ast.FunctionDef) or not view.decorator_list:
                continue
            called = {
                ast.unparse(part.func)
                for part in ast.walk(view)
                if isinstance(part, ast.Call) and "services" in ast.unparse(part.func)
            }
            changing = {call for call in called if call.rsplit(".", 1)[-1] in verbs}
            if changing and not _is_for_post_only(view):
                guilty.append(f"{name_of(path)}.{view.name}: {changing}")

    assert {"agree", "publish", "submit", "sign_out"} <= verbs
    assert guilty == []
