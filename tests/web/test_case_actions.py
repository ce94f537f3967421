"""Every action on a case: it works, and is refused by the wrong method, person, state or page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.clock import now
from app.extensions import db
from app.models import Case, CaseEvent, Message, Note
from app.rules.kinds import DeclineReason
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from tests import make
from tests.pages import Browser, Page
from tests.web.cast import EDDA, TOMAS, beside, case, flashed, post, sign_in, state, stored

TYPED = "The yearbook of the port says 1965, and so does the plaque."

_S = CaseStatus


@dataclass(frozen=True)
class Doing:
    """An action: its button, the state it starts from, what is typed, and where it leads."""

    button: str
    start: CaseStatus
    end: CaseStatus
    said: str
    typed: dict[str, str] = field(default_factory=dict)
    goes_on: bool = False
    impossible: CaseStatus = CaseStatus.DECLINED


DOINGS = {
    "claim": Doing("Claim", _S.RECEIVED, _S.IN_REVIEW, "is yours for 30 minutes."),
    "release": Doing("Release", _S.IN_REVIEW, _S.IN_REVIEW, "is free again."),
    "ask": Doing(
        "Ask the reader",
        _S.IN_REVIEW,
        _S.WAITING_READER,
        "The question stands at the reader’s private link.",
        {"question": TYPED},
    ),
    "resume": Doing(
        "Go on without an answer", _S.WAITING_READER, _S.IN_REVIEW, "is in review again."
    ),
    "agree": Doing("Agree", _S.RECEIVED, _S.AGREED, "Nothing is public until it is published."),
    "decline": Doing(
        "Decline",
        _S.RECEIVED,
        _S.DECLINED,
        "is declined, and the reader is told why.",
        {"reason": "accurate", "detail": "the port’s records", "explanation": TYPED},
        goes_on=True,
        impossible=_S.CORRECTED,
    ),
    "merge": Doing("Merge", _S.RECEIVED, _S.MERGED, "is merged.", {"into": "C-0001"}, goes_on=True),
    "unmerge": Doing("Undo merge", _S.MERGED, _S.IN_REVIEW, "is a case of its own again."),
    "quarantine": Doing(
        "Quarantine",
        _S.RECEIVED,
        _S.QUARANTINED,
        "is in quarantine.",
        {"why": TYPED},
        goes_on=True,
    ),
    "restore": Doing("Restore", _S.QUARANTINED, _S.RECEIVED, "is back in the queue."),
    "reopen": Doing(
        "Reopen",
        _S.DECLINED,
        _S.IN_REVIEW,
        "is in review again.",
        {"why": TYPED},
        impossible=_S.RECEIVED,
    ),
}
"""Every action that moves a case; ``note``, which moves none, is tested by itself."""


@pytest.fixture
def edda(app: Flask) -> Browser:
    """Return an editor's browser."""
    return sign_in(app)


@pytest.fixture
def tomas(app: Flask) -> Browser:
    """Return a colleague's browser."""
    return sign_in(app, TOMAS)


def ready(app: Flask, action: str) -> str:
    """Make a case for an action, the second of its article; return its reference.

    Edda had it in her hands long enough ago for a reader's time to answer to be over; what she
    has to hold now, she holds.
    """
    with app.app_context():
        slug = make.article().slug
    case(app, on=slug)
    doing = DOINGS[action]
    at = now() - timedelta(days=15) if action == "resume" else now()
    by = EDDA if doing.start in (_S.IN_REVIEW, _S.DECLINED) else ""
    return case(app, doing.start, by=by, on=slug, at=at)


def do(browser: Browser, reference: str, action: str, **typed: str) -> Page:
    """Open a case and take an action on it."""
    doing = DOINGS[action]
    page = browser.open(f"/desk/cases/{reference}")
    return page.press(doing.button, **{**doing.typed, **typed})


def is_kept(page: Page, doing: Doing) -> bool:
    """Say whether the long text that was typed, where there was one, can be read on a page."""
    fields = page.html.xpath("//main//input[not(@type='hidden')]/@value")
    return TYPED not in doing.typed.values() or TYPED in page.text or TYPED in fields


def count(app: Flask, model: type[CaseEvent | Message | Note]) -> int:
    """Return how many rows there are."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("action", DOINGS)
def test_an_action_is_done_said_and_recorded(app: Flask, edda: Browser, action: str) -> None:
    doing, reference = DOINGS[action], ready(app, action)

    page = do(edda, reference, action)

    assert page.status == 200
    assert doing.said in flashed(page)
    assert state(app, reference) is doing.end
    expected = "C-0001" if doing.goes_on else reference
    assert page.url == f"/desk/cases/{expected}"
    history = edda.open(f"/desk/cases/{reference}").html.xpath("//ol[@class='plain history']/li/b")
    assert history[0].text_content() == "You"


def test_a_triager_may_take_every_action(app: Flask) -> None:
    triager = sign_in(app, EDDA, Role.TRIAGER)

    for action, doing in DOINGS.items():
        reference = ready(app, action)
        root = f"C-{int(reference[2:]) - 1:04}"
        do(triager, reference, action, **({"into": root} if action == "merge" else {}))

        assert state(app, reference) is doing.end, action


def test_a_visitor_may_take_none(app: Flask, edda: Browser, browser: Browser) -> None:
    made = {action: ready(app, action) for action in DOINGS}
    app.config["WTF_CSRF_ENABLED"] = False
    events = count(app, CaseEvent)

    for action, reference in made.items():
        page = browser.send(f"/desk/cases/{reference}/{action}", DOINGS[action].typed)

        assert page.status == 403, action
        assert "Sign in" in page.text
    assert count(app, CaseEvent) == events


def test_no_action_answers_a_get(edda: Browser) -> None:
    actions = [*DOINGS, "note", "publish"]

    answers = {each: edda.client.get(f"/desk/cases/C-0001/{each}").status_code for each in actions}

    assert answers == dict.fromkeys(actions, 405)


def test_an_unknown_case_is_not_found(app: Flask, edda: Browser) -> None:
    case(app)
    app.config["WTF_CSRF_ENABLED"] = False

    for reference in ("C-9999", "C-1", "c-0001", "nonsense"):
        answers = {
            each: edda.client.post(f"/desk/cases/{reference}/{each}").status_code
            for each in [*DOINGS, "note", "publish"]
        }

        assert set(answers.values()) == {404}, (reference, answers)


def test_an_action_needs_its_token(app: Flask, edda: Browser) -> None:
    made = {action: ready(app, action) for action in DOINGS}
    events = count(app, CaseEvent)

    for action, reference in made.items():
        fields = {**DOINGS[action].typed, "seen": str(stored(app, reference).version)}
        without = edda.send(f"/desk/cases/{reference}/{action}", fields)
        forged = edda.send(f"/desk/cases/{reference}/{action}", {**fields, "csrf_token": "x"})

        assert (without.status, forged.status) == (400, 400), action
        assert is_kept(without, DOINGS[action]), action
    assert count(app, CaseEvent) == events


def test_an_action_is_refused_in_the_wrong_state(app: Flask, edda: Browser) -> None:
    for action, doing in DOINGS.items():
        with app.app_context():
            slug = make.article().slug
        root, reference = case(app, on=slug), case(app, doing.impossible, on=slug)
        events = count(app, CaseEvent)
        typed = {**doing.typed, "into": root} if action == "merge" else doing.typed
        page = post(app, edda, reference, action, **typed)

        assert page.status == 409, action
        assert "Nothing was done" in page.text
        assert state(app, reference) is doing.impossible
        assert count(app, CaseEvent) == events


RIVALS = {
    _S.MERGED: ("unmerge", "undid the merge"),
    _S.QUARANTINED: ("restore", "put it back in the queue"),
    _S.DECLINED: ("reopen", "took it up again"),
}
"""What a colleague does meanwhile; a case in any other state is claimed, or taken over."""


@pytest.mark.parametrize("action", DOINGS)
def test_a_page_that_is_out_of_date_does_nothing_and_loses_nothing(
    app: Flask, edda: Browser, tomas: Browser, action: str
) -> None:
    doing, reference = DOINGS[action], ready(app, action)
    old = edda.open(f"/desk/cases/{reference}")
    rival, said = RIVALS.get(doing.start, ("claim", ""))
    post(app, tomas, reference, rival, why="It is mine.")
    version = stored(app, reference).version

    page = old.press(doing.button, **doing.typed)

    assert page.status == 409
    conflict = page.html.find_class("conflict")[0].text_content()
    assert "Nothing was done" in conflict
    assert TOMAS in conflict
    assert said in conflict
    assert stored(app, reference).version == version
    assert is_kept(page, doing)


def test_two_who_decide_at_once_both_keep_their_words(
    app: Flask, edda: Browser, tomas: Browser
) -> None:
    reference = ready(app, "decline")
    pages = [each.open(f"/desk/cases/{reference}") for each in (edda, tomas)]
    pages[0].press("Decline", reason="opinion", explanation="It is a matter of opinion.")

    late = pages[1].press("Decline", reason="accurate", detail="records", explanation=TYPED)

    assert late.status == 409
    assert f"{EDDA} declined it" in late.text
    assert is_kept(late, DOINGS["decline"])
    with app.app_context():
        assert db.session.get_one(Case, 2).decline_reason is DeclineReason.OPINION


def test_what_was_refused_as_stale_can_be_sent_again(
    app: Flask, edda: Browser, tomas: Browser
) -> None:
    reference = ready(app, "decline")
    old = edda.open(f"/desk/cases/{reference}")
    tomas.open(f"/desk/cases/{reference}").press("Claim").press("Release")

    stale = old.press("Decline", **DOINGS["decline"].typed)
    stale.press("Decline")

    assert stale.status == 409
    assert state(app, reference) is CaseStatus.DECLINED


MISSING = [
    ("ask", {"question": ""}, "ask-question", "Write the question that you have."),
    ("decline", {"reason": ""}, "decline-reason", "Choose a reason."),
    ("decline", {"reason": "nonsense"}, "decline-reason", "Choose a reason."),
    ("decline", {"detail": ""}, "decline-detail", "has to say the source that was checked"),
    ("decline", {"explanation": " "}, "decline-explanation", "Explain it to the reader."),
    (
        "decline",
        {"reason": "already_corrected", "detail": "77"},
        "decline-detail",
        "There is no entry with this number in the log.",
    ),
    ("decline", {"explanation": "x" * 4001}, "decline-explanation", "1 too many"),
    ("merge", {"into": ""}, "merge-into", "Give a reference such as C-0042."),
    ("merge", {"into": "C-0002"}, "merge-into", "Give the reference of another case"),
    ("merge", {"into": "nonsense"}, "merge-into", "Give the reference of another case"),
    ("merge", {"into": "C-0003"}, "merge-into", "C-0003 is about another article."),
    ("merge", {"into": "C-9999"}, "merge-into", "C-9999"),
    ("quarantine", {"why": ""}, "quarantine-why", "Say why."),
    ("quarantine", {"why": "bell\a"}, "quarantine-why", "Character 5 cannot be used"),
    ("reopen", {"why": ""}, "reopen-why", "Say why."),
]


@pytest.mark.parametrize(("action", "typed", "control", "sentence"), MISSING)
def test_what_is_missing_or_wrong_gets_a_sentence_beside_it_and_the_rest_is_kept(
    app: Flask, edda: Browser, action: str, typed: dict[str, str], control: str, sentence: str
) -> None:
    doing, reference = DOINGS[action], ready(app, action)
    case(app)
    events = count(app, CaseEvent)

    page = do(edda, reference, action, **typed)

    assert page.status == 422
    assert sentence in beside(page, control)
    assert page.html.xpath("//*[@id=$id]/@aria-invalid", id=control) == ["true"]
    for name, value in doing.typed.items():
        if name not in typed and name != "reason":
            assert value in page.response.get_data(as_text=True)
    assert page.html.xpath("//details[@open]//*[@id=$id]", id=control)
    assert state(app, reference) is doing.start
    assert count(app, CaseEvent) == events


def test_a_chosen_reason_stays_chosen(app: Flask, edda: Browser) -> None:
    page = do(edda, ready(app, "decline"), "decline", explanation="")

    assert page.html.xpath("//option[@selected]/@value") == ["accurate"]


def test_a_case_is_merged_neither_into_a_merged_one_nor_away_from_its_own(
    app: Flask, edda: Browser
) -> None:
    with app.app_context():
        slug = make.article().slug
    merged, other = case(app, CaseStatus.MERGED, on=slug), case(app, on=slug)

    into_merged = do(edda, other, "merge", into=merged)
    root_away = do(edda, "C-0002", "merge", into=other)

    assert (into_merged.status, root_away.status) == (422, 409)
    assert "is itself merged" in beside(into_merged, "merge-into")
    assert "has to stay the root" in root_away.text


@pytest.mark.parametrize("action", ["ask", "agree", "decline", "merge", "quarantine"])
def test_what_a_colleague_has_claimed_is_taken_over_first(
    app: Flask, edda: Browser, tomas: Browser, action: str
) -> None:
    doing, reference = DOINGS[action], ready(app, action)
    post(app, tomas, reference, "claim", why="It is mine.")
    before = state(app, reference)

    page = do(edda, reference, action)

    assert page.status == 409
    assert "Somebody else has claimed this case" in page.text
    assert state(app, reference) is before
    assert is_kept(page, doing)


def test_taking_over_needs_a_reason_which_the_colleague_sees(
    app: Flask, edda: Browser, tomas: Browser
) -> None:
    reference = ready(app, "claim")
    tomas.open(f"/desk/cases/{reference}").press("Claim")
    page = edda.open(f"/desk/cases/{reference}")

    without = page.press("Take over")
    taken = without.press("Take over", why=TYPED)

    assert f"{TOMAS} has it until" in page.text
    assert without.status == 422
    assert "Say why you take the case over" in beside(without, "claim-why")
    assert f"{reference} is yours" in flashed(taken)
    seen = tomas.open(f"/desk/cases/{reference}")
    assert f"{EDDA} took it over" in seen.text
    assert TYPED in seen.text


def test_one_s_own_claim_can_be_renewed(app: Flask, edda: Browser) -> None:
    reference = case(app, CaseStatus.IN_REVIEW, by=EDDA, at=now() - timedelta(minutes=20))

    page = edda.open(f"/desk/cases/{reference}").press("Keep 30 minutes more")

    until = stored(app, reference).claimed_until
    assert until is not None
    assert until > now() + timedelta(minutes=29)
    assert "Yours until" in page.text


def test_only_one_s_own_claim_can_be_released(app: Flask, edda: Browser, tomas: Browser) -> None:
    reference = ready(app, "release")

    page = tomas.open(f"/desk/cases/{reference}")
    refused = post(app, tomas, reference, "release")

    assert not page.has_button("Release")
    assert refused.status == 409
    assert stored(app, reference).claimed_until is not None
    assert edda.open(f"/desk/cases/{reference}").has_button("Release")


def test_a_reader_has_time_to_answer(app: Flask, edda: Browser) -> None:
    reference = case(app, CaseStatus.WAITING_READER, by=EDDA)

    page = edda.open(f"/desk/cases/{reference}")
    refused = page.press("Go on without an answer")

    assert "The reader has until" in page.text
    assert refused.status == 409
    assert "14 days" in refused.text
    assert state(app, reference) is CaseStatus.WAITING_READER


def test_every_reader_of_a_case_is_asked(app: Flask, edda: Browser) -> None:
    with app.app_context():
        slug = make.article().slug
    case(app, CaseStatus.MERGED, on=slug)

    page = do(edda, "C-0002", "ask")

    assert count(app, Message) == 2
    assert page.text.count(TYPED) == 2


def test_an_entry_that_corrected_it_before_is_a_reason(app: Flask, edda: Browser) -> None:
    reference = ready(app, "decline")
    with app.app_context():
        number = make.correction()

    do(edda, reference, "decline", reason="already_corrected", detail=str(number))

    assert state(app, reference) is CaseStatus.DECLINED


def test_a_decision_leads_to_what_is_due_next_and_from_the_last_one_to_the_queue(
    app: Flask, edda: Browser
) -> None:
    late = case(app, at=now() - timedelta(days=40))
    early = case(app, at=now() - timedelta(days=50))

    second = do(edda, early, "decline")
    queue = do(edda, late, "quarantine")

    assert second.url == f"/desk/cases/{late}"
    assert f"{early} is declined" in flashed(second)
    assert second.follow(early).url == f"/desk/cases/{early}"
    assert queue.heading == "Queue"
    assert f"{late} is in quarantine." in flashed(queue)


def test_agreeing_opens_the_text_to_an_editor_and_hands_it_over_from_a_triager(
    app: Flask, edda: Browser
) -> None:
    triager = sign_in(app, TOMAS, Role.TRIAGER)

    by_editor = do(edda, case(app), "agree")
    handed_over = case(app)
    by_triager = do(triager, handed_over, "agree")

    assert by_editor.heading == "Correct “A harbour and its town”"
    assert by_triager.heading == "Queue"
    assert f"{handed_over} is agreed." in flashed(by_triager)
    page = by_triager.follow(handed_over)
    assert "An editor corrects the text and publishes the notice." in page.text
    assert stored(app, handed_over).claimed_until is None


def test_an_agreed_case_can_be_taken_up_again_from_its_text(app: Flask, edda: Browser) -> None:
    reference = case(app, CaseStatus.AGREED, by=EDDA)
    text = edda.open(f"/desk/cases/{reference}")

    without = text.press("Reopen")
    page = text.press("Reopen", why=TYPED)

    assert without.status == 422
    assert beside(without, "reopen-why") == "Error: Say why."
    assert state(app, reference) is CaseStatus.IN_REVIEW
    assert TYPED in page.text


def test_a_note_is_kept_in_any_state_and_changes_nothing_else(app: Flask, edda: Browser) -> None:
    for status in CaseStatus:
        reference = case(app, status)
        before = stored(app, reference)

        page = edda.open(f"/desk/cases/{reference}").press("Add note", text=TYPED)

        after = stored(app, reference)
        assert "The note is kept." in flashed(page)
        assert TYPED in page.text
        assert (after.status, after.version) == (before.status, before.version)


def test_a_note_needs_words_and_its_token(app: Flask, edda: Browser) -> None:
    reference = case(app)

    empty = edda.open(f"/desk/cases/{reference}").press("Add note", text=" ")
    forged = edda.send(f"/desk/cases/{reference}/note", {"text": TYPED})

    assert empty.status == 422
    assert beside(empty, "note-text") == "Error: Write something first."
    assert forged.status == 400
    assert TYPED in forged.text
    assert count(app, Note) == 0


def test_a_note_does_not_make_a_colleague_s_page_stale(
    app: Flask, edda: Browser, tomas: Browser
) -> None:
    reference = case(app)
    old = edda.open(f"/desk/cases/{reference}")
    tomas.open(f"/desk/cases/{reference}").press("Add note", text="I know the port.")

    old.press("Agree")

    assert state(app, reference) is CaseStatus.AGREED


def test_a_forged_version_counts_as_out_of_date(app: Flask, edda: Browser) -> None:
    reference = case(app)

    for seen in ["", "x", "-1", "9" * 40, "0"]:
        page = post(app, edda, reference, "agree", seen=seen)

        assert page.status == 409
        assert state(app, reference) is CaseStatus.RECEIVED
