"""Delivery: how letters leave the house, as mail or as files, and the worker that sees to it."""
