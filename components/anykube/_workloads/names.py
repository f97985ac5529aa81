"""Names of apps, as far as Kubernetes takes them."""

import re
from collections.abc import Mapping
from typing import Annotated

import pulumi
from pydantic import AfterValidator

from anykube._names import DnsLabel

_SERVICE_NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")

LONGEST: Mapping[str, int] = {
    # A run is called by the name and eleven characters more: .../workloads/controllers/cron-jobs/
    "CronJob": 52,
    # Pods carry the name and eleven characters more in a label.
    "StatefulService": 52,
    "Job": 54,
}
"""The most characters that a name may have, where it is less than a Service's 63.

https://kubernetes.io/docs/concepts/workloads/
"""


def refuse_impossible(kind: str, app: str) -> None:
    """Raises pulumi.RunError where the name cannot be that of a Service, or of what the kind makes.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
    """
    longest = LONGEST.get(kind, 63)
    if not _SERVICE_NAME.fullmatch(app) or len(app) > longest:
        raise pulumi.RunError(
            f"{kind} {app!r}: its name becomes a host name in the cluster (RFC 1035); use at most {longest} "
            "lower-case letters, digits or '-', that begin with a letter and end with a letter or digit."
        )


_TAKEN = ("tmp", "files", "secret-files")


def _free(name: str) -> str:
    if name in _TAKEN or name.startswith("csi-"):
        raise ValueError(f"must be none of {', '.join(_TAKEN)}, nor begin with csi-: these are taken")
    return name


VolumeName = Annotated[DnsLabel, AfterValidator(_free)]
"""The name of a volume of a pod, as a user may choose it."""
