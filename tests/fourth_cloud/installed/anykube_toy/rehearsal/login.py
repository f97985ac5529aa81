"""`python -m anykube_toy.rehearsal.login FOLDER`: replaces toy-auth, which gets tokens for clusters."""

import sys
from pathlib import Path

from anykube_rehearsal.cloud.token import Signer, print_credential

if __name__ == "__main__":
    print_credential(Signer("toy-").make(Path(sys.argv[1]), "toy", "toy:deployer"), 840)
