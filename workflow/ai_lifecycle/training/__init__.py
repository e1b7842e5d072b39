"""Training: kernels of energy, carbon and reconciliation."""
