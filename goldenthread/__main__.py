"""``python -m goldenthread``: the command line without an installed script."""

from goldenthread.commands import main

main()
