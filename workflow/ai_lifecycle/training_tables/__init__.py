"""Training disclosures as tables: read strictly, carbon by accounting, checks."""
