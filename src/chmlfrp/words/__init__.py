"""Text for people: sentences for states, reasons and errors, in Chinese and English.

Never decides or does anything, and never sees a secret: what the service or the core said
is passed in by the caller and stands verbatim beside our own words. The faces call it.
"""
