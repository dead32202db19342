"""For every test: property tests are bounded in number, not in time, for the machine may be busy."""

from hypothesis import settings

settings.register_profile("fortress", deadline=None)
settings.load_profile("fortress")
