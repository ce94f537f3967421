"""Everything that is read: rows, or small dataclasses made of them."""
