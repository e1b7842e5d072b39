"""Counts of accelerators by maker, owner and quarter, from upstream to our names."""
