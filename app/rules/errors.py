"""What may go wrong at the desk, each with a sentence that is fit to be shown."""

from __future__ import annotations


class DeskError(Exception):
    """Something that a person asked for cannot be done; ``message`` says why and what to do."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(DeskError):
    """A field holds what it may not hold; ``field`` names it as the form does."""

    status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotIdentified(DeskError):
    """Nobody can tell who asks: what would say so is missing, wrong or over."""

    status = 401


class NotFound(DeskError):
    """There is no such thing, or not for this person: the two look alike on purpose."""

    status = 404


class Gone(DeskError):
    """It was here and has been taken away for good."""

    status = 410


class NotAllowed(DeskError):
    """This person's role, or part in the matter, does not permit it."""

    status = 403


class Conflict(DeskError):
    """Somebody else was faster, or the state does not permit it any more."""

    status = 409


class TooMany(DeskError):
    """Something was done too often; ``message`` says when to try again."""

    status = 429


class Unavailable(DeskError):
    """It cannot be done now, by nobody; ``message`` says to whoever runs the site what to do."""

    status = 503


class StaleCase(Conflict):
    """The case has moved on since the page was opened; its history says who did what."""
