"""Catalogue of models: Epoch AI's table cleaned, and joined with our verified disclosures."""
