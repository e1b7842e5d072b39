"""Border of the fleet: counts, footprints and factors joined; tables of results."""
