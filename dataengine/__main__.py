"""`python -m dataengine`, the same as `dataengine`."""

from dataengine.cli import main

main()
