"""Properties are searched, not timed: a busy machine must not fail them."""

from hypothesis import settings

settings.register_profile("rules", deadline=None, database=None)
settings.load_profile("rules")
