"""What `scripts/dev.py` does; the standard library only, on every system."""
