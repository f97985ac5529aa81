"""Arguments of `WebService`."""

from anykube._workloads.args import AppArgs
from anykube._workloads.web.spec import WebServiceSpec


class WebServiceArgs(AppArgs, WebServiceSpec):
    """Arguments of `WebService`: the fields of the settings, and `cluster`, `namespace` and `transforms`."""
