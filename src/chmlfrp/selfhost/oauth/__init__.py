"""The authorisation server: OAuth 2 for devices (RFC 8628) on Authlib and joserfc.

Access tokens are RS256 JWTs of ten minutes, refresh tokens are good once (RFC 9700), and
a second use ends everything that came from the same approval.
"""
