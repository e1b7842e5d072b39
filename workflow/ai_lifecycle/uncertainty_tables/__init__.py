"""Tables of uncertainty: inputs of the ledger as distributions, its quantiles, what drives them."""
