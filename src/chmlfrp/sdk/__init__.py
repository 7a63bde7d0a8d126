"""Tunnels for programs: `with chmlfrp.tunnel(25565) as t: print(t.address)`.

Composes `api`, `frpc`, `local` and the daemon's door; decides nothing that those know.
It never starts a daemon, and leaves behind only what it found. Programs call it.
"""
