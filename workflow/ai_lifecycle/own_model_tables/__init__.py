"""The reader's own model: the ledger's tables for it, draws, what drives them, one page."""
