"""The window: shows what the daemon says and sends what people ask.

It never decides, keeps or supervises anything: closing it changes nothing for a tunnel. The
Qt thread never waits; `bridge` is the one module that joins it to asyncio, `mirror` holds
what the daemon last said. Texts come from `words` and `texts`, looks from `design`, each
page is one file of `pages`. People start it; no other room calls it.
"""
