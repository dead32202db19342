"""`make bench`: figures, not tests."""
