"""What a program passes to `WebService`."""

from anykube._workloads.args import AppArgs
from anykube._workloads.web.spec import WebServiceSpec


class WebServiceArgs(AppArgs, WebServiceSpec):
    """The args of `WebService`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""
