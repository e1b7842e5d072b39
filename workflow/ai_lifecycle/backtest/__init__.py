"""Kernels of the backtest: predictive distributions, their widening, and how well they did."""
