"""Published product and component footprints, cleaned."""
