"""Passkeys between browser and server: the secret of a browser, and what it answers."""

from __future__ import annotations

from flask import session
from flask_wtf.csrf import generate_csrf

from app.rules.credentials import Answer, Proof
from app.web.forms.staff import NewPasskeyForm, PasskeyForm, ProofForm


def browser_secret() -> str:
    """Return a secret of this browser's session: challenges are for it alone."""
    generate_csrf()
    return str(session["csrf_token"])


def answer(form: PasskeyForm) -> Answer:
    """Return what the browser said when it was asked for a passkey."""
    return Answer(form.passkey.data or "", browser_secret())


def proof(form: ProofForm) -> Proof:
    """Return by what somebody who is signed in shows again who it is."""
    if form.passkey.data:
        return Proof(passkey=answer(form))
    return Proof(form.proof.data or "")


def made_passkey(form: NewPasskeyForm) -> Answer:
    """Return the passkey that the browser has just made."""
    return Answer(form.made.data or "", browser_secret())
