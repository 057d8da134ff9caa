"""One module for each promise; each has ``NAME``, ``TITLE`` and ``run(bench)``."""
