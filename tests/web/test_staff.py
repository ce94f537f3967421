"""The people of the desk on the pages: invited, joining, changed, shut out, and audited."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.extensions import db
from app.models import Staff
from app.queries import staff as staff_queries
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import staff as staff_services
from tests import make
from tests.pages import Browser, Page
from tests.web.cast import EDDA, beside, case, flashed, sign_in, staff_named, stored
from tests.web.conftest import SignedIn

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"


@pytest.fixture
def admin(signed_in: SignedIn) -> Browser:
    """Return an admin's browser."""
    return signed_in(Role.ADMIN)


def number(app: Flask, name: str = EDDA) -> int:
    """Return the number of somebody on the staff."""
    with app.app_context():
        return staff_named(name).id


def invited(admin: Browser, email: str = "new@desk.example", role: str = "editor") -> str:
    """Invite somebody, and return the path of the link that is shown."""
    page = admin.open("/desk/staff").press("Invite", email=email, name="Nele Brandt", role=role)
    assert page.heading == "Invitation for Nele Brandt"
    link: str = page.html.xpath("//p[contains(@class, 'code')]/text()")[0]
    return link.removeprefix("http://localhost")


def member(app: Flask, admin: Browser, name: str = EDDA) -> Page:
    """Open the page of somebody on the staff."""
    return admin.open(f"/desk/staff/{number(app, name)}")


def test_who_is_invited_joins_and_signs_in(app: Flask, admin: Browser) -> None:
    link = invited(admin)
    visitor = Browser(app.test_client())
    door = visitor.open(link)

    page = door.press("Join", name="Nele", password="an entirely new one")

    assert "new@desk.example" in door.text
    assert "Sign in as new@desk.example" in flashed(page)
    assert visitor.sign_in("new@desk.example", "an entirely new one").heading == "Queue"
    assert number(app, "Nele")
    assert visitor.open(link).status == 404


def test_the_link_is_shown_once_and_kept_by_no_cache_and_no_referrer(
    app: Flask, admin: Browser
) -> None:
    link = invited(admin)

    response = app.test_client().get(link)

    assert link.rpartition("/")[2] not in admin.open("/desk/staff").response.get_data(as_text=True)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_links_that_do_not_work_all_look_the_same(app: Flask, admin: Browser) -> None:
    used, withdrawn, expired = (invited(admin, f"n{n}@desk.example") for n in range(3))
    visitor = Browser(app.test_client())
    visitor.open(used).press("Join", name="Nele", password="an entirely new one")
    listed = admin.open("/desk/staff")
    listed.press("Withdraw the invitation of Nele Brandt")
    admin.open("/desk/staff").press("Withdraw the invitation of Nele Brandt")

    with time_machine.travel(now() + timedelta(days=7, minutes=1)):
        pages = [
            visitor.open(link)
            for link in (used, withdrawn, expired, f"/desk/join/{'0' * 26}", "/desk/join/x")
        ]

    assert {page.status for page in pages} == {404}
    assert len({page.text for page in pages}) == 1


def test_a_new_link_puts_the_old_one_out_of_use(app: Flask, admin: Browser) -> None:
    old = invited(admin)

    page = admin.open("/desk/staff").press("New link for Nele Brandt")
    new = page.html.xpath("//p[contains(@class, 'code')]/text()")[0]

    visitor = Browser(app.test_client())
    assert visitor.open(old).status == 404
    assert visitor.open(new).heading == "Join the desk"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "no address"}, "invite-email"),
        ({"email": ""}, "invite-email"),
        ({"name": "x" * 201}, "invite-name"),
        ({"role": "boss"}, "invite-role"),
        ({"email": "a\0b@desk.example"}, "invite-email"),
    ],
)
def test_an_invitation_that_cannot_be_made_says_why_and_keeps_what_was_typed(
    admin: Browser, fields: dict[str, str], field: str
) -> None:
    typed = {"email": "new@desk.example", "name": "Nele Brandt", "role": "editor", **fields}
    token = admin.open("/desk/staff").html.xpath("//input[@name='csrf_token']/@value")[0]

    page = admin.send("/desk/staff/invite", {"csrf_token": token, **typed})

    assert page.status == 422
    assert beside(page, field)
    if "name" not in fields:
        assert page.html.xpath("//*[@id='invite-name']/@value") == ["Nele Brandt"]


def test_somebody_known_is_not_invited(app: Flask, admin: Browser) -> None:
    with app.app_context():
        known = make.staff().email

    page = admin.open("/desk/staff").press("Invite", email=known, name="X", role="triager")

    assert page.status == 422
    assert "on the staff already" in beside(page, "invite-email")


def test_the_list_shows_roles_states_factors_and_when_somebody_was_seen(
    app: Flask, admin: Browser
) -> None:
    sign_in(app)
    with app.app_context():
        make.staff(Role.TRIAGER, name="Rui Costa")
        staff_services.disable(staff_named("Rui Costa").id, by=None, at=now())

    page = admin.open("/desk/staff")

    rows = {
        row.xpath(".//th//a")[0].text: row.text_content() for row in page.html.xpath("//tr[th/a]")
    }
    assert "editor" in rows[EDDA]
    assert "active" in rows[EDDA]
    assert "just now" in rows[EDDA]
    assert "disabled" in rows["Rui Costa"]
    assert "never" in rows["Rui Costa"]


def test_a_long_list_has_pages(app: Flask, admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.desk.staff.PAGE", 2)
    with app.app_context():
        for name in ("Zoe", "Zoe", "Zoe", "Yan"):
            make.staff(name=name)
    seen, page = [], admin.open("/desk/staff")

    seen += page.html.xpath("//tr/th/a/@href")
    while page.html.xpath("//a[@rel='next']"):
        page = page.follow("Next page")
        seen += page.html.xpath("//tr/th/a/@href")

    assert len(seen) == len(set(seen)) == 5


def test_another_role_signs_the_person_out(app: Flask, admin: Browser) -> None:
    edda = sign_in(app)

    page = member(app, admin).press("Change role", role="triager")

    assert "triager" in page.text
    assert edda.open("/desk").heading == "Sign in"


def test_a_page_that_is_out_of_date_changes_no_role(app: Flask, admin: Browser) -> None:
    sign_in(app)
    old = member(app, admin)
    member(app, admin).press("Change role", role="admin")

    page = old.press("Change role", role="triager")

    assert page.status == 409
    assert "has been made admin meanwhile" in page.text
    with app.app_context():
        assert staff_named(EDDA).role is Role.ADMIN


def test_disabling_releases_cases_with_a_line_in_their_history(app: Flask, admin: Browser) -> None:
    edda = sign_in(app)
    reference = case(app, CaseStatus.IN_REVIEW, by=EDDA)

    page = member(app, admin).press("Disable")

    assert "disabled" in page.text
    assert edda.open("/desk").heading == "Sign in"
    assert stored(app, reference).claimed_by_id is None
    assert f"{EDDA} was disabled." in admin.open(f"/desk/cases/{reference}").text
    assert "May sign in again" in flashed(page.press("Enable"))


@pytest.mark.parametrize("button", ["Disable", "Change role"])
def test_the_last_admin_stays_one(app: Flask, admin: Browser, button: str) -> None:
    with app.app_context():
        me = next(person for person in staff_queries.everyone() if person.role is Role.ADMIN).id
    fields = {"role": "editor"} if button == "Change role" else {}

    page = admin.open(f"/desk/staff/{me}").press(button, **fields)

    assert page.status == 409
    assert "last admin" in page.text
    assert admin.open("/desk/staff").heading == "Staff"


def test_an_admin_signs_somebody_out_in_one_browser_or_everywhere(
    app: Flask, admin: Browser
) -> None:
    here = sign_in(app)
    with app.app_context():
        email = staff_named(EDDA).email
    there = Browser(app.test_client())
    there.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    there.sign_in(email, make.PASSWORD)
    page = member(app, admin)
    row = next(r for r in page.html.xpath("//tr") if "Firefox on Linux" in r.text_content())
    button = " ".join(row.xpath(".//button")[0].text_content().split())

    page.press(button)

    assert there.open("/desk").heading == "Sign in"
    assert here.open("/desk").heading == "Queue"
    member(app, admin).press("Sign out everywhere")
    assert here.open("/desk").heading == "Sign in"


def test_nobody_is_somebody_and_a_strange_number_is_a_page_that_is_not_there(
    admin: Browser,
) -> None:
    assert admin.open("/desk/staff/999").status == 404
    assert admin.open("/desk/staff/99999999999999999999").status == 404
    assert admin.open("/desk/staff?after=x").heading == "Staff"


# --- one's own account ----------------------------------------------------------------


def test_ones_sessions_are_listed_and_ended_one_by_one_or_all(app: Flask) -> None:
    here = sign_in(app)
    with app.app_context():
        email = staff_named(EDDA).email
    there = Browser(app.test_client())
    there.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    there.sign_in(email, make.PASSWORD)

    page = here.open("/desk/account")
    row = next(r for r in page.html.xpath("//tr") if "Firefox on Linux" in r.text_content())
    ended = page.press(" ".join(row.xpath(".//button")[0].text_content().split()))

    assert page.text.count("this one") == 1
    assert "signed out" in flashed(ended)
    assert there.open("/desk").heading == "Sign in"
    assert "everywhere" in flashed(here.open("/desk/account").press("Sign out everywhere"))
    assert here.open("/desk").heading == "Sign in"


def test_nobody_ends_a_session_of_somebody_else(app: Flask) -> None:
    edda, rui = sign_in(app), sign_in(app, "Rui Costa")
    token = rui.open("/desk/account").html.xpath("//input[@name='csrf_token']/@value")[0]
    with app.app_context():
        theirs = staff_queries.sessions_of(staff_named(EDDA).id, now(), 5)[0].id

    page = rui.send(f"/desk/account/sessions/{theirs}/end", {"csrf_token": token})

    assert page.status == 404
    assert edda.open("/desk").heading == "Queue"


def test_a_session_is_seen_at_most_once_a_minute(app: Flask) -> None:
    edda = sign_in(app)

    def seen() -> object:
        with app.app_context():
            return staff_queries.sessions_of(staff_named(EDDA).id, now(), 5)[0].last_seen_at

    first = seen()
    edda.open("/desk/articles")
    soon = seen()
    with time_machine.travel(now() + timedelta(minutes=2)):
        edda.open("/desk/articles")
        later = seen()

    assert first == soon
    assert later != first


def test_a_name_is_changed_by_an_admin_and_said_everywhere(app: Flask, admin: Browser) -> None:
    edda = sign_in(app)

    wrong = member(app, admin).press("Change name", name=" ")
    member(app, admin).press("Change name", name="Edda Lindgren")

    assert "Edda Lindgren" in edda.open("/desk").response.get_data(as_text=True)
    assert wrong.status == 422


def test_nobody_changes_their_own_name(app: Flask, admin: Browser) -> None:
    with app.app_context():
        mine = db.session.scalars(select(Staff.id).where(Staff.role == Role.ADMIN)).one()
    token = admin.open("/desk/account").html.xpath("//input[@name='csrf_token']/@value")[0]

    page = admin.open(f"/desk/staff/{mine}")
    sent = admin.send(f"/desk/staff/{mine}/name", {"csrf_token": token, "name": "Another"})

    assert "Change name" not in page.text
    assert sent.status == 403


# --- the audit ------------------------------------------------------------------------


def test_the_audit_tells_what_happened_and_never_a_password(app: Flask, admin: Browser) -> None:
    sign_in(app)
    Browser(app.test_client()).sign_in("nobody@desk.example", "my secret password")
    member(app, admin).press("Change role", role="triager")

    page = admin.open("/desk/audit")

    assert "Sign-in refused" in page.text
    assert "no such address" in page.text
    assert "editor → triager" in page.text
    assert "my secret password" not in page.response.get_data(as_text=True)


def test_the_audit_is_filtered_by_person_and_kind_and_has_pages(
    app: Flask, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.desk.audit.PAGE", 1)
    sign_in(app)
    member(app, admin).press("Disable")

    page = admin.open("/desk/audit").press("Show", person=str(number(app)), kind="")
    first = page.html.xpath("//tbody/tr/th")[0].text_content()
    second = page.follow("Earlier").html.xpath("//tbody/tr/th")[0].text_content()
    only = admin.open("/desk/audit?kind=disabled")

    assert (first.strip(), second.strip()) == ("Disabled", "Signed in")
    assert only.html.xpath("//tbody/tr/th")[0].text_content().strip() == "Disabled"
    assert not only.html.xpath("//a[@rel='next']")


@pytest.mark.parametrize(
    "query", ["kind=x", "person=-1", "person=99999999999", "before=x.y", "before=1.1.1"]
)
def test_odd_filters_show_what_there_is(admin: Browser, query: str) -> None:
    page = admin.open(f"/desk/audit?{query}")

    assert page.status == 200
