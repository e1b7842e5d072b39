"""End of life of hardware, and when replacing it repays: kernels."""
