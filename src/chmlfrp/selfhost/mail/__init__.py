"""Mail: letters, and the ways out: an SMTP server or a folder."""
