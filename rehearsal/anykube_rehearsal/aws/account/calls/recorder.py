"""Records the calls of each identity, so that the policies of a pipeline's roles can be measured against them."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from moto.elbv2.models import elbv2_backends

from anykube_rehearsal.aws.account import moto_backends, protocol
from anykube_rehearsal.aws.account.calls import ec2, eks, iam, json_services
from anykube_rehearsal.aws.account.calls.model import IamCall, Resource
from anykube_rehearsal.aws.account.errors import EksError
from anykube_rehearsal.aws.account.http_requests import Request


class Recorder:
    """The calls of each identity, by its ARN. The same call is kept once."""

    def __init__(self) -> None:
        self._calls: dict[str, dict[str, Mapping[str, Any]]] = {}
        self._lock = threading.Lock()

    def record(self, request: Request) -> None:
        """Records a request before it is served, since its permissions depend on the tags at that time."""
        parse = _PARSERS.get(request.service)
        if parse is None:
            return
        caller = moto_backends.caller(request.access_key, request.region)
        calls = [call.to_json() for call in parse(request)]
        with self._lock:
            self._calls.setdefault(caller, {}).update((json.dumps(call, sort_keys=True), call) for call in calls)

    def to_json(self) -> dict[str, Any]:
        """The calls, in the order in which they were first made."""
        with self._lock:
            return {caller: list(calls.values()) for caller, calls in self._calls.items()}


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))


def _eks(request: Request) -> Iterator[IamCall]:
    try:
        parsed = protocol.parse(request.method, request.path, request.query, request.body)
    except EksError:
        return iter(())
    return eks.calls(request.region, parsed.operation, parsed.params)


def _elbv2(request: Request) -> Iterator[IamCall]:
    """https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html"""
    form = _form(request)
    backend = elbv2_backends[moto_backends.ACCOUNT][request.region]
    arns = [] if form["Action"].startswith("Describe") else [form[name] for name in form if name.endswith("Arn")]
    resources = [Resource(each, backend.tagging_service.get_tag_dict_for_resource(each)) for each in arns]
    yield IamCall(f"elasticloadbalancing:{form['Action']}", resources, request.region)


def _json(parse: Callable[[str, str, Mapping[str, Any]], Iterator[IamCall]]) -> Callable[[Request], Iterator[IamCall]]:
    return lambda request: parse(request.region, request.target.rpartition(".")[2], json.loads(request.body or b"{}"))


_PARSERS: Mapping[str, Callable[[Request], Iterator[IamCall]]] = {
    "ec2": lambda request: ec2.calls(request.region, _form(request)),
    "eks": _eks,
    "elasticloadbalancing": _elbv2,
    "iam": lambda request: iam.calls(request.region, _form(request)),
    "kms": _json(json_services.kms),
    "logs": _json(json_services.logs),
    "servicequotas": _json(json_services.quotas),
}
"""By the service in the request's signature. `sts:GetCallerIdentity` needs no permission."""
