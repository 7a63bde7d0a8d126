"""How the window looks: tokens, and what is made of them. Knows nothing of tunnels."""
