"""Logs and events: read as streams, filtered, and given away without what is private."""
