"""A process of a played night: ``chengjian.night_child`` or ``chengjian.zygote``, by the clock of the play.

``python -m chengjian.demo.night_child SECONDS child|zygote``: how far that clock is ahead of the true one (mostly below
nought), and which.  Only a demo starts it: the program's own nights know no other clock than the machine's.
"""

import sys
from datetime import datetime, timedelta

from storage.clock import CHINA, playing_at


def main() -> int:
    seconds, which = sys.argv[1:]
    if which == "zygote":
        from chengjian.zygote import main as run
    else:
        from chengjian.night_child import main as run
    with playing_at(datetime.now(CHINA) + timedelta(seconds=float(seconds))):
        return run()


if __name__ == "__main__":
    sys.exit(main())
