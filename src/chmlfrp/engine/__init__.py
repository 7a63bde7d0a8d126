"""Decides: `step(state, event, now)` returns the next state and the effects.

Pure: no clock, no I/O, no randomness, no logging; the present comes in with each call.
Only the daemon's supervisor calls it.
"""
