"""Measured inference energy (ML.ENERGY) and architecture features, from upstream to our names."""
