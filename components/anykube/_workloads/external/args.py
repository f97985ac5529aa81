"""Arguments of `ExternalService`."""

from anykube._workloads.args import AppArgs
from anykube._workloads.external.spec import ExternalServiceSpec


class ExternalServiceArgs(AppArgs, ExternalServiceSpec):
    """Arguments of `ExternalService`: the fields of the settings, and `cluster`, `namespace` and `transforms`."""
