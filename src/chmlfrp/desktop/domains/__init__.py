"""The domains' page in parts."""
