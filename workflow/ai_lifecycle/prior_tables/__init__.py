"""Every uncertain input with its distribution, and the error of summaries of its draws."""
