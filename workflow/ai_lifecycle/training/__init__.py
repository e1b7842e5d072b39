"""Training: what was disclosed, what follows from it, and what does not reconcile."""
