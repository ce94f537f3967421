"""The correction log as a transparency log: bytes in, bytes out.

Merkle tree (RFC 6962, RFC 9162), C2SP tiles, signed notes, checkpoints, cosignatures and offline
proofs. Nothing here reads a clock, a file or a database.
"""
