"""The nodes' page in parts."""
