"""The backtest as tables: what was disclosed, what is said without it, and how well."""
