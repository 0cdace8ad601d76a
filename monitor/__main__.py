"""Lets `python -m monitor` do what the command `monitor` does."""

from monitor.cli import main

if __name__ == "__main__":
    main()
