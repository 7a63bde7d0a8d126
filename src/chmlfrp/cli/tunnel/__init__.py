"""Tunnels on the command line: look, change, run, follow."""
