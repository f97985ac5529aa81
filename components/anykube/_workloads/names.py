"""Validation of app names and volume names."""

import re
from typing import Annotated

import pulumi
from pydantic import AfterValidator

from anykube._names import DnsLabel
from anykube._workloads.derived_names import LABEL_LENGTH, MAX_NAME_LENGTH

_SERVICE_NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")


def validate_app_name(kind: str, app: str) -> None:
    """Raises pulumi.RunError if the name is not valid for a Service, or too long for this kind of app.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
    """
    longest = MAX_NAME_LENGTH.get(kind, LABEL_LENGTH)
    if not _SERVICE_NAME.fullmatch(app) or len(app) > longest:
        raise pulumi.RunError(
            f"{kind} {app!r}: the name must be a valid DNS label (RFC 1035). Use at most {longest} lower-case letters, "
            "digits or '-', starting with a letter and ending with a letter or digit."
        )


RESERVED = ("tmp", "files", "secret-files")


def _not_reserved(name: str) -> str:
    if name in RESERVED or name.startswith("csi-"):
        raise ValueError(f"must not be {', '.join(RESERVED)} or start with csi-: these names are reserved")
    return name


VolumeName = Annotated[DnsLabel, AfterValidator(_not_reserved)]
"""A user-defined name of a pod's volume."""
