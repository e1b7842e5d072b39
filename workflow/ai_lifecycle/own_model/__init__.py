"""The reader's own model: what its file may say, read strictly and held against itself."""
