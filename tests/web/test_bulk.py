"""Many cases at once: each by itself, with what became of it, and only where that is permitted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.clock import now
from app.rules.kinds import DeclineReason, ProblemKind
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from tests.pages import Browser, Page, squeezed
from tests.web.cast import EDDA, TOMAS, case, sign_in, staff_named, state, stored

ACTIONS = ["claim", "assign", "agree", "decline", "restore", "reject"]
DECLINING = {"reason": "opinion", "explanation": "We keep to our spelling."}


def send(
    app: Flask, browser: Browser, action: str, *ticked: str, view: str = "open", **fields: Any
) -> Page:
    """Tick cases as they are now, and press a button under the queue.

    A case may be given with the version that was seen: ``C-0001.1``.
    """
    token = browser.open("/desk").html.xpath("//input[@name='csrf_token']/@value")[0]
    values = MultiDict({"csrf_token": token, **fields})
    for each in ticked:
        reference, dot, seen = each.partition(".")
        version = seen if dot else stored(app, reference).version
        values.add("case", f"{int(reference[2:])}.{version}")
    return browser.send(f"/desk/queue/{action}?view={view}", values)


def outcomes(page: Page) -> dict[str, str]:
    """Return what became of each case, by its reference."""
    return {
        row.get("data-case"): squeezed(row.xpath("td[last()]")[0].text_content())
        for row in page.html.xpath("//tr[@data-case]")
    }


def holder(app: Flask, reference: str) -> int | None:
    """Return the number of whoever has a case."""
    return stored(app, reference).holder_at(now())


def person(app: Flask, name: str) -> int:
    """Return somebody's number."""
    with app.app_context():
        return staff_named(name).id


def typo(app: Flask, status: CaseStatus = CaseStatus.RECEIVED, **options: Any) -> str:
    """Return a case of a typo."""
    return case(app, status, kind=ProblemKind.TYPO, **options)


# Handing out


def test_cases_are_claimed_together_each_with_its_outcome(app: Flask) -> None:
    edda, _tomas = sign_in(app), sign_in(app, TOMAS)
    free, agreed = case(app), case(app, CaseStatus.AGREED, at=now() - timedelta(hours=1))
    taken = case(app, CaseStatus.IN_REVIEW, by=TOMAS)
    over = case(app, CaseStatus.DECLINED)

    page = send(app, edda, "claim", free, agreed, taken, over)

    assert page.heading == "Claimed: 2 of 4"
    assert outcomes(page) == {
        free: "Done",
        agreed: "Done",
        taken: "Refused A colleague has claimed it: open it to take it over.",
        over: "Refused This case is not open any more.",
    }
    assert {holder(app, free), holder(app, agreed)} == {person(app, EDDA)}
    assert holder(app, taken) == person(app, TOMAS)


def test_cases_are_given_to_a_colleague(app: Flask) -> None:
    edda, _tomas = sign_in(app), sign_in(app, TOMAS)
    given = [case(app), case(app, CaseStatus.WAITING_READER, by=EDDA)]

    page = send(app, edda, "assign", *given, to=str(person(app, TOMAS)))

    assert set(outcomes(page).values()) == {"Done"}
    assert {holder(app, each) for each in given} == {person(app, TOMAS)}
    assert TOMAS in edda.open(f"/desk/cases/{given[0]}").text


def test_nobody_in_particular_is_given_nothing(app: Flask) -> None:
    edda, reference = sign_in(app), case(app)

    for to in ["", "0", "x", "99999999999999"]:
        page = send(app, edda, "assign", reference, to=to)

        assert page.status == 422
        assert "Choose a colleague." in page.text
    page = send(app, edda, "assign", reference, to="999")
    assert "Choose somebody who works at the desk." in page.text
    assert page.html.xpath("//input[@name='case' and @checked]")
    assert holder(app, reference) is None


# Typos


def test_typos_are_agreed_to_together(app: Flask) -> None:
    edda = sign_in(app)
    found = [typo(app) for _ in range(3)]

    page = send(app, edda, "agree", *found, view="typos")

    assert set(outcomes(page).values()) == {"Done"}
    assert {state(app, each) for each in found} == {CaseStatus.AGREED}
    assert page.follow("Back to “Typos and links”").url == "/desk?view=typos"


def test_typos_are_declined_together_with_one_explanation(app: Flask) -> None:
    edda = sign_in(app)
    found = [typo(app) for _ in range(2)]

    page = send(app, edda, "decline", *found, view="typos", **DECLINING)

    assert page.heading == "Declined: 2 of 2"
    assert {stored(app, each).decline_reason for each in found} == {DeclineReason.OPINION}


@pytest.mark.parametrize("action", ["agree", "decline"])
def test_what_is_no_typo_is_not_decided_with_others(app: Flask, action: str) -> None:
    edda = sign_in(app)
    plain, fact = typo(app), case(app)
    done = typo(app, CaseStatus.DECLINED)

    page = send(app, edda, action, plain, fact, done, view="typos", **DECLINING)

    assert outcomes(page)[plain] == "Done"
    refusal = "Refused Only open typos and broken links are decided together."
    assert outcomes(page)[fact] == outcomes(page)[done] == refusal
    assert state(app, fact) is CaseStatus.RECEIVED


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"reason": ""}, "Choose a reason."),
        ({"explanation": " "}, "Explain it to the readers."),
        ({"reason": "accurate"}, "This reason has to say the source that was checked."),
        ({"reason": "already_corrected", "detail": "77"}, "There is no entry with this number"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_lost(
    app: Flask, missing: dict[str, str], said: str
) -> None:
    edda = sign_in(app)
    found = [typo(app), typo(app)]
    written = {**DECLINING, **missing}

    page = send(app, edda, "decline", found[0], view="typos", **written)

    assert page.status == 422
    assert said in page.text
    assert page.html.xpath("//textarea[@name='explanation']")[0].text.strip() == (
        written["explanation"].strip()
    )
    ticked = page.html.xpath("//tr[.//input[@name='case' and @checked]]/@data-case")
    assert ticked == found[:1]
    assert state(app, found[0]) is CaseStatus.RECEIVED


# Quarantine


def test_cases_are_put_back_together(app: Flask) -> None:
    edda = sign_in(app)
    aside, open_case = case(app, CaseStatus.QUARANTINED), case(app)

    page = send(app, edda, "restore", aside, open_case, view="quarantine")

    assert outcomes(page) == {
        aside: "Done",
        open_case: "Refused This case is not in quarantine any more.",
    }
    assert state(app, aside) is CaseStatus.RECEIVED


def test_what_is_abusive_is_declined_together(app: Flask) -> None:
    edda = sign_in(app)
    aside, open_case = case(app, CaseStatus.QUARANTINED), typo(app)

    page = send(
        app, edda, "reject", aside, open_case, view="quarantine", explanation="It is an advert."
    )

    assert stored(app, aside).decline_reason is DeclineReason.ABUSE
    assert state(app, open_case) is CaseStatus.RECEIVED
    assert outcomes(page)[open_case].startswith("Refused")
    assert page.html.xpath("//textarea[@id='kept']")[0].text.strip() == "It is an advert."


# Two people at once, and forms that are out of date


def test_a_case_that_changed_since_it_was_ticked_is_left_alone(app: Flask) -> None:
    edda, tomas = sign_in(app), sign_in(app, TOMAS)
    found, other = typo(app), typo(app)
    tomas.open("/desk").press(f"Claim {found}")
    tomas.open(f"/desk/cases/{found}").press("Release")

    page = send(app, edda, "agree", f"{found}.1", other, view="typos")

    assert outcomes(page)[other] == "Done"
    assert "has changed since you opened it" in outcomes(page)[found]
    assert state(app, found) is CaseStatus.IN_REVIEW


def test_where_nothing_was_done_at_all_it_says_so(app: Flask) -> None:
    edda, reference = sign_in(app), case(app, CaseStatus.DECLINED)

    page = send(app, edda, "claim", reference)

    assert (page.status, page.heading) == (409, "Claimed: 0 of 1")


def test_an_author_decides_on_no_typo_of_their_own(app: Flask) -> None:
    author, found = sign_in(app, "Noor Salleh"), typo(app)

    page = send(app, author, "agree", found, view="typos")

    assert "You wrote this article" in outcomes(page)[found]


# Whatever is sent


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_ticked_is_nothing_done(app: Flask, action: str) -> None:
    edda = sign_in(app)
    case(app)

    for values in ({}, {"case": "x"}, {"case": "1"}, {"case": "1.0"}, {"case": "-1.1"}):
        page = send(app, edda, action, **values)

        assert page.status == 422
        assert "Tick the cases first." in page.text


def test_at_most_fifty_at_once(app: Flask) -> None:
    edda, reference = sign_in(app), case(app)

    page = send(app, edda, "claim", *[f"C-{number}.1" for number in range(1, 52)])

    assert page.status == 422
    assert "At most 50 cases at once." in page.text
    assert holder(app, reference) is None


def test_cases_that_do_not_exist_are_no_error(app: Flask) -> None:
    edda, reference = sign_in(app), case(app)

    nobody = send(app, edda, "claim", "C-0999.1")
    some = send(app, edda, "claim", "C-0999.1", reference, reference)

    assert nobody.status == 404
    assert outcomes(some) == {reference: "Done"}


@pytest.mark.parametrize("action", ACTIONS)
def test_it_takes_a_post_a_token_and_a_member_of_staff(
    app: Flask, browser: Browser, action: str
) -> None:
    edda, reference = sign_in(app), case(app)
    address = f"/desk/queue/{action}"

    got = edda.client.get(address)
    untoken = edda.client.post(address, data={"case": "1.1"})
    stranger = browser.client.post(address, data={"case": "1.1"})

    assert (got.status_code, untoken.status_code) == (405, 400)
    assert stranger.status_code in (400, 403)
    assert state(app, reference) is CaseStatus.RECEIVED


def test_every_role_may_hand_out_and_decide_typos(app: Flask) -> None:
    for role in Role:
        found = typo(app)
        page = send(app, sign_in(app, role.value, role), "agree", found, view="typos")

        assert outcomes(page) == {found: "Done"}


# What is offered where


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("open", {"Claim all ticked", "Assign all ticked"}),
        ("typos", {"Claim all ticked", "Assign all ticked", "Agree to all ticked"}),
        ("quarantine", {"Restore all ticked"}),
        ("decided", set()),
    ],
)
def test_only_what_may_be_done_together_is_offered(
    app: Flask, view: str, expected: set[str]
) -> None:
    edda = sign_in(app)
    typo(app)
    case(app, CaseStatus.QUARANTINED)
    case(app, CaseStatus.DECLINED)

    page = edda.open(f"/desk?view={view}")

    offered = {"Claim all ticked", "Assign all ticked", "Agree to all ticked", "Restore all ticked"}
    assert {name for name in offered if page.has_button(name)} == expected
    assert page.has_button("Decline all ticked") == (view in ("typos", "quarantine"))
    boxes = page.html.xpath("//input[@type='checkbox' and @name='case']")
    assert bool(boxes) == (view != "decided")
    assert all(box.get("form") == "bulk" for box in boxes)
