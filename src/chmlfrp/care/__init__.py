"""Looking after a daemon from outside: finding, ending, the doctor, the bundle.

For: what every face with a person before it offers alike. `facts` looks around, `chain`
judges what was found without looking anywhere, `gather` puts a bundle together, `daemon`
finds and ends. Never: prints, asks a person, starts a daemon unasked. Called by: cli and
desktop.
"""
