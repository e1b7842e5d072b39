"""Life cycle of a model: stages, accounting methods, totals, break-even and trend, as arrays."""
