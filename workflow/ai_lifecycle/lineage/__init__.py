"""Lineage: from every artifact back to what it rests on, and from every source on to what rests on it."""
