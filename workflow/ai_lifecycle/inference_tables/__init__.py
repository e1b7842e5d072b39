"""Inference as tables: what the fits read, what they yield, how that compares."""
