"""Lifecycle emissions of AI: pure kernels and the border around them.

Kernels take and return arrays; they read no file and no configuration. The border modules
(`tables`, `facts`, `constants`, `sources`, `frozen`) read and write, and refuse what is wrong.
"""

__version__ = "0.1.0"
