"""`python -m anykube_rehearsal.gcp.cli FOLDER`: a stand-in for gke-gcloud-auth-plugin, which prints access tokens.

The token is signed with the account's key, for the principal in ANYKUBE_GOOGLE_CALLER.
https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl
"""

import json
import os
import sys
from pathlib import Path

from anykube_rehearsal.cloud.token import Signer, print_credential

_SIGNER = Signer("ya29.anykube-")
_AUDIENCE = "https://www.googleapis.com/auth/cloud-platform"
_LIFETIME = 3599


def main() -> None:
    """Prints an ExecCredential in the API version that the client requests."""
    if len(sys.argv) < 2:
        sys.exit("usage: python -m anykube_rehearsal.gcp.cli FOLDER [--use_application_default_credentials]")
    unknown = [argument for argument in sys.argv[2:] if argument != "--use_application_default_credentials"]
    if unknown:
        sys.exit(f"gke-gcloud-auth-plugin (simulated): unknown flag {unknown[0]}")
    exec_info = json.loads(os.environ.get("KUBERNETES_EXEC_INFO") or "{}")
    version = str(exec_info.get("apiVersion", "client.authentication.k8s.io/v1beta1")).partition("/")[2]
    token = _SIGNER.make(Path(sys.argv[1]), _AUDIENCE, os.environ["ANYKUBE_GOOGLE_CALLER"], _LIFETIME)
    print_credential(token, _LIFETIME, version)


if __name__ == "__main__":
    main()
