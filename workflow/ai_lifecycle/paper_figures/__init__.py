"""Arithmetic behind the figures of the two papers: pure kernels."""
