"""The record for programs: feeds to subscribe to, and the whole log as a file."""

from __future__ import annotations

from flask import Blueprint

feed_pages = Blueprint("feeds", __name__)

# The modules register their views on the blueprint above.
from app.web.feeds import atom, exports, json_feed  # noqa: E402, F401
