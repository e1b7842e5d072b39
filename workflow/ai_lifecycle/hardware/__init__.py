"""Hardware: specifications of accelerators, cleaned, and what they grew by."""
