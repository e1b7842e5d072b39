"""Values of the figures of the two papers: facts in, tables out."""
