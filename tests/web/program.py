"""A program that uses the API, and what holds for every answer that it gets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.clock import now
from app.extensions import db
from app.models import AccessToken
from app.queries.api_tokens import token_hash
from app.rules.permissions import Role
from app.rules.scopes import Scope
from tests import make


class Program:
    """A client without cookies, with headers that it sends each time."""

    def __init__(self, app: Flask, **headers: str) -> None:
        self.client = app.test_client(use_cookies=False)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def get(self, path: str, **options: Any) -> TestResponse:
        """Read."""
        return self._checked(self.client.get(f"/api/v1{path}", **self._with(options)))

    def post(self, path: str, sent: Any = None, **options: Any) -> TestResponse:
        """Send JSON."""
        options = self._with(options)
        if sent is not None:
            options["json"] = sent
        return self._checked(self.client.post(f"/api/v1{path}", **options))

    def _with(self, options: dict[str, Any]) -> dict[str, Any]:
        return {**options, "headers": {**self.headers, **options.get("headers", {})}}

    def _checked(self, response: TestResponse) -> TestResponse:
        """Check what holds for every answer: its type, no cookie, and problems that are whole."""
        assert "Set-Cookie" not in response.headers
        if response.status_code >= 400:
            assert response.mimetype == "application/problem+json"
            assert response.json is not None
            assert response.json["status"] == response.status_code
            assert response.json["title"]
            assert (response.status_code == 401) == ("WWW-Authenticate" in response.headers)
        elif response.status_code != 304:
            assert response.mimetype == "application/json"
        return response


def staffed(app: Flask, role: Role = Role.EDITOR, *scopes: Scope, name: str = "") -> Program:
    """Return a program that holds a token of somebody with ``role``, for all scopes or some."""
    token = f"cgd_{role.value}{name.replace(' ', '')}{''.join(scopes)}"
    with app.app_context():
        made = AccessToken(
            staff_id=make.staff(role, name=name).id,
            name="A program",
            token_hash=token_hash(token),
            scopes=[scope.value for scope in scopes or Scope],
            created_at=now(),
            expires_at=now() + timedelta(days=30),
        )
        db.session.add(made)
        db.session.commit()
    return Program(app, Authorization=f"Bearer {token}")


def problem(response: TestResponse) -> tuple[int, str]:
    """Return an answer's status and what it says in detail, with what is wrong with its fields."""
    assert response.json is not None
    errors = response.json.get("errors", {})
    said = [f"{name}: {' '.join(each)}" for name, each in errors.items()]
    return response.status_code, " ".join([response.json.get("detail", ""), *said]).strip()
