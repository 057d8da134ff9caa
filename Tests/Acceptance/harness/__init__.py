"""What every scenario stands on: the daemon under test, its clients, and the table of figures."""
