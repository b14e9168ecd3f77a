"""All soak programs, one after the other, with their figures: `make soak`.

    python tests/library/soak.py [SHARE [SEED]]

SHARE 0.1 does a tenth of it. Needs a C compiler for the calls that fail. Takes hours; ends with 1 when
something was lost.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from pathlib import Path

from soak_run import MEMORY, shim, soak

KILLS, SERVER_KILLS, ROT, QUESTIONS = 10_000, 300, 2_000, 100_000


def main(share: float, seed: int) -> None:
    def told(name: str, figures: dict[str, object]) -> None:
        print(json.dumps({"soak": name, **figures}), flush=True)

    with tempfile.TemporaryDirectory(dir=MEMORY) as place:
        folder = Path(place)
        library = shim(folder)
        work = folder / "work"
        if library is not None:
            told("calls", soak("soak_faults", "calls", work, 1, seed, preload=library))
            told("power", soak("soak_faults", "power", work, 1, seed, preload=library))
        told("sizes", soak("soak_faults", "sizes", work, round(500 / share), seed))
        told("rot", soak("soak_rot", work, round(ROT * share), seed))
        told("readers", soak("soak_readers", work, round(QUESTIONS * share), seed))
        told("server", soak("soak_server", work, round(SERVER_KILLS * share), seed))
        told("kills", soak("soak_kills", work, round(KILLS * share), seed))


if __name__ == "__main__":
    given = [*sys.argv[1:], "1"][0]
    chosen = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(10**6)
    main(float(given), chosen)
