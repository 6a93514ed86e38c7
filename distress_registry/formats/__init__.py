"""Dates as each language writes them; what is not named here is Django's."""
