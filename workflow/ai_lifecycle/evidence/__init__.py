"""Evidence: whether an upstream document states what a fact says, and in which line."""
