"""Uncertainty: distributions, draws, summaries, sensitivity, and the life cycle over draws."""
