"""What a program passes to `ExternalService`."""

from components.workloads.args import AppArgs
from components.workloads.external.spec import ExternalServiceSpec


class ExternalServiceArgs(AppArgs, ExternalServiceSpec):
    """The args of `ExternalService`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""
