"""Lineage: from every artifact back to what it rests on, from every source on to its artifacts."""
