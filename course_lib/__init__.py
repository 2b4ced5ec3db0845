"""The Theoretical Minimum: the science of AI for physicists, every claim measured by the reader.

Importing the course costs nothing you do not use, and makes two settings that must come first.
"""

import os
import tempfile
from pathlib import Path

# One numeric thread: small matrices run several times slower on two, and Binder has one core anyway.
# Numeric libraries read this once, when they are loaded: import course_lib before numpy and torch.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

# Compiled kernels are cached beside their source. Where that is read-only, numba needs another place.
if not os.access(Path(__file__).parent, os.W_OK):
    os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / "theoretical-minimum-numba"))
