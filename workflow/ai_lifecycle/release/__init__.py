"""The pinned release: what is in it, how it is cited, and how it differs from another."""
