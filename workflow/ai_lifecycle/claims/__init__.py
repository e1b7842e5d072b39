"""Ranges of recomputed quantities, and the rule that gives a claim its verdict: pure kernels."""
