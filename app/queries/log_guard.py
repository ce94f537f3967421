"""Whether the log may grow: not where it would part from what was published."""

from __future__ import annotations

from app.queries.log import Head, root
from app.rules.transparency.checkpoints import Checkpoint

_UNKNOWN = (
    "The database holds a log, and log_checkpoint is missing in the instance folder: nobody can "
    "tell whether this is an older copy. See “Restoring” in docs/operations.md, or run flask log "
    "trust."
)
_REPAIR = (
    "Nothing can be published until it is repaired: see “Restoring” in docs/operations.md, also "
    "for how to begin another log (log_checkpoint in the instance folder)."
)


def refusal(head: Head, known: Checkpoint | None) -> str:
    """Say why the log cannot grow beyond its head now; "" where it can.

    ``known`` is the highest checkpoint that was published. A database that is behind it, or holds
    another log, must not sign another one; nor must one of which nobody knows whether it is.
    """
    if known is None:
        return _UNKNOWN if head.size else ""
    if known.size > head.size:
        return (
            f"The database holds {head.size} leaves of a log that was published with {known.size}: "
            f"it is an older copy. {_REPAIR}"
        )
    try:
        here = head.root if known.size == head.size else root(known.size)
    except KeyError:
        return "Hashes of the log are missing in the database: run flask log verify."
    if known.root != here:
        return f"The database holds another log than the one that was published. {_REPAIR}"
    return ""
