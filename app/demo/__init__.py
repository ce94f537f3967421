"""The demo publication: articles, and five months of a desk's life, told relative to now.

Everything goes through the services that people use, at the times of the story.
"""

from __future__ import annotations

from app.demo.loader import load
from app.demo.sign_in import keep_sign_in, sign_in_text

__all__ = ["keep_sign_in", "load", "sign_in_text"]
