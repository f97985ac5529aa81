"""What a program passes to `WebService`."""

from components.workloads.args import AppArgs
from components.workloads.web.spec import WebServiceSpec


class WebServiceArgs(AppArgs, WebServiceSpec):
    """The args of `WebService`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""
