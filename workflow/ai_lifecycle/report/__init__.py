"""Pages that explain a build: the report, and the executed notebooks.

Each page is one file: style and pictures stand in it, no script runs, nothing is loaded from
anywhere, and its bytes depend on the build alone.
"""
