"""Embodied carbon of hardware: yields, dies, parts, published footprints, allocation. Kernels."""
