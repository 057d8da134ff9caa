"""What the self-check looks at, one file for each thing."""
