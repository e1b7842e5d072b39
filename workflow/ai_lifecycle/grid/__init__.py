"""Hourly grid intensity: average, marginal, and how they compare with others' estimates."""

# Fuels whose output is generation, in the order of every array with a fuel axis.
FUELS = ("wind", "solar", "hydro", "oil", "gas", "coal", "nuclear")
FOSSIL = ("oil", "gas", "coal")
SEASONS = ("winter", "spring", "summer", "autumn")
