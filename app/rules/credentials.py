"""What somebody brings to the door: a name for where they come from, and what only they have."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who knocks: a name for the network that nobody can turn back, and the browser in words."""

    sender: str = ""
    device: str = ""


ANYBODY = Visitor()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser sent for a challenge: its JSON, and the secret that the browser was given."""

    sent: str
    browser: str


@dataclass(frozen=True, slots=True)
class Proof:
    """By what somebody who is signed in shows again who it is: the password, or a passkey."""

    password: str = ""
    passkey: Answer | None = None
