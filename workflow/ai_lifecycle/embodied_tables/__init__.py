"""Border of embodied carbon: facts read strictly, tables of results."""
