"""Articles from elsewhere: files are found, read and parsed into drafts; nothing is stored.

``find`` names the files, ``read`` makes a draft of one; what was left out is a remark, what
cannot be read at all is an ``UnreadableArticle``. A file that holds many articles is read by
``wordpress`` or ``history``; what ``exported`` writes, ``read`` reads back to the letter.
"""

from __future__ import annotations

from app.importers.files import find, is_many, read
from app.importers.report import ImportProblem, Parsed, Severity, UnreadableArticle

__all__ = [
    "ImportProblem",
    "Parsed",
    "Severity",
    "UnreadableArticle",
    "find",
    "is_many",
    "read",
]
