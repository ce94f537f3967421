"""What a password has to be."""

from __future__ import annotations

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
"""Both in characters; a longer one would only keep the server busy."""
