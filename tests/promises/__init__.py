"""Promises of the database, broken on purpose: a file for each app, a write for each promise."""


def twice(make, **same):
    make(**same)
    make(**same)
