"""The commands, one module per noun.

They never hold rules; they read options, open the store, do one thing and print.
`cli` puts them together.
"""
