"""One promise of the pages each."""
