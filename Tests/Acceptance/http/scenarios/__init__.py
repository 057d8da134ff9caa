"""One promise each."""
