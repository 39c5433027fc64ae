"""Reads every vector with the second reader: ``python -m tests.vectors.reader``. Nothing of the program.

Prints where the reader comes to another result than the vector states; silence is agreement.
"""

from __future__ import annotations

import sys

from tests.vectors.reader.agree import AREAS, disagreements

if __name__ == "__main__":
    found = [line for area in AREAS for line in disagreements(area)]
    sys.stdout.write("".join(line + "\n" for line in found))
    raise SystemExit(1 if found else 0)
