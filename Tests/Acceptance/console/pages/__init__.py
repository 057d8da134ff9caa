"""What the scenarios look at pages with."""
