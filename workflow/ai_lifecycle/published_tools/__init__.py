"""Formulas that other tools publish, re-stated: pure kernels."""
