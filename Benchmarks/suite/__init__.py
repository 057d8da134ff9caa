"""What `make bench` runs: one module for each group of rows."""
