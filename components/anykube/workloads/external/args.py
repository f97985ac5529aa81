"""What a program passes to `ExternalService`."""

from anykube.workloads.args import AppArgs
from anykube.workloads.external.spec import ExternalServiceSpec


class ExternalServiceArgs(AppArgs, ExternalServiceSpec):
    """The args of `ExternalService`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""
