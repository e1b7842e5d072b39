"""Other tools beside ours on the same inputs: the tables."""
