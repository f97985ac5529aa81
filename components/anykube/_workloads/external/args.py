"""What a program passes to `ExternalService`."""

from anykube._workloads.args import AppArgs
from anykube._workloads.external.spec import ExternalServiceSpec


class ExternalServiceArgs(AppArgs, ExternalServiceSpec):
    """The args of `ExternalService`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""
