"""The Guard tab of a tunnel: who comes, who may, and what was turned away."""
