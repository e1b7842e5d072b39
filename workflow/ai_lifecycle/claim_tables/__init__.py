"""Claims of the two papers: what each recomputation takes from which table, and the verdicts."""
