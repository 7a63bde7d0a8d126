"""The endpoints, one module per noun, and the door that nodes knock on.

They never hold rules or SQL of their own. `app` puts them together.
"""
