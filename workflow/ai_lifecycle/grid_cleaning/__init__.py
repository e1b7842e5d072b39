"""Grid data from upstream bytes to tidy tables: parsing, time labels, faults, treatment."""
