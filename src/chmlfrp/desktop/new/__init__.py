"""New tunnels: step by step, all fields on one page, or out of a file."""
