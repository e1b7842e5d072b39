"""Tables of the life cycle of models: grids, ledger, break-even, trend."""
