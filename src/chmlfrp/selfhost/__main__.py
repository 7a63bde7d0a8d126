"""`python -m chmlfrp.selfhost`, which `chmlfrp selfhost` passes everything on to."""

from chmlfrp.selfhost.cli import main

if __name__ == "__main__":
    main()
