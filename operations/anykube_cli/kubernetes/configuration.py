"""What kwokctl is told: listen on loopback, room for many Services, and the stages that stand in for kubelets."""

import json
from collections.abc import Mapping
from importlib.resources import files
from string import Template

_CONTROL_PLANE = """\
apiVersion: config.kwok.x-k8s.io/v1alpha1
kind: KwokctlConfiguration
options:
  # Without this etcd and kwok listen on every interface, with every Secret of the cluster and no login.
  bindAddress: 127.0.0.1
  etcdPort: $etcd
  etcdPeerPort: $peer
  kubeApiserverPort: $api
  kubeControllerManagerPort: $controllers
  kubeSchedulerPort: $scheduler
  kwokControllerPort: $kwok
  disableQPSLimits: true
componentsPatches:
- name: etcd
  extraArgs:
  # A killed process loses nothing by this: only a machine that stops could. It is a rehearsal's database.
  - {key: unsafe-no-fsync, value: "true"}
- name: kube-apiserver
  extraArgs:
  # kwokctl's own /24 is full after 254 Services.
  - {key: service-cluster-ip-range, value: 10.96.0.0/12}
$flags
- name: kube-controller-manager
  extraArgs:
  - {key: service-cluster-ip-range, value: 10.96.0.0/12}
  # A pod of a node that is gone is collected at once, not after 40 s: scaling a pool down shows what it does.
  - {key: concurrent-gc-syncs, value: "20"}
  # Nothing serves metrics, so autoscalers only keep to their bounds: 500 asking every 15 s are a load of their own.
  - {key: horizontal-pod-autoscaler-sync-period, value: 60s}
"""

PORTS = ("etcd", "peer", "api", "controllers", "scheduler", "kwok")
"""The ports of a cluster, in the order in which they are chosen."""


def render(ports: dict[str, int], unpullable: str, crashing: str, api_flags: Mapping[str, str]) -> str:
    """The `--config` file of `kwokctl create cluster`: one YAML stream.

    `unpullable` and `crashing` are regular expressions on image names; an empty one matches nothing. `api_flags` are
    for the API server, without their dashes.
    """
    stages = Template(files(__package__).joinpath("stages.yaml").read_text(encoding="utf-8"))
    never = r"$^"
    flags = "\n".join(f"  - {json.dumps({'key': key, 'value': value})}" for key, value in api_flags.items())
    return (
        Template(_CONTROL_PLANE).substitute({name: str(port) for name, port in ports.items()}, flags=flags)
        + "---\n"
        + stages.substitute(unpullable=_quoted(unpullable or never), crashing=_quoted(crashing or never))
    )


def _quoted(expression: str) -> str:
    # A jq string inside a YAML string in single quotes, where a single quote is written twice.
    return json.dumps(expression).replace("'", "''")
