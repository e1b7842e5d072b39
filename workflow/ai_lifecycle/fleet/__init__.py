"""Installed base of accelerators, its energy and its embodied carbon: kernels."""
