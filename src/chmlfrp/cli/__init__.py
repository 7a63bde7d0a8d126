"""The command line: one file per noun, one function per verb.

Never decides what runs and never speaks to the service or to frpc: it asks the daemon,
shows the answer on stdout and everything else on stderr. People and scripts call it.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage or input, 3 no daemon, 4 sign in,
130 ended by Ctrl-C. `status` and `daemon status` never start a daemon; every other
command that needs one does.
"""
