"""kwokctl's configuration: loopback addresses, many Services, and the stages that replace kubelets."""

import json
from collections.abc import Mapping
from importlib.resources import files
from string import Template

_CONTROL_PLANE = """\
apiVersion: config.kwok.x-k8s.io/v1alpha1
kind: KwokctlConfiguration
options:
  # Without this, etcd and kwok listen on every interface and expose every Secret without authentication.
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
  # Only a crash of the machine can lose data, not a killed process. That is acceptable for a rehearsal.
  - {key: unsafe-no-fsync, value: "true"}
- name: kube-apiserver
  extraArgs:
  # kwokctl's default, a /24, is full after 254 Services.
  - {key: service-cluster-ip-range, value: 10.96.0.0/12}
$flags
- name: kube-controller-manager
  extraArgs:
  - {key: service-cluster-ip-range, value: 10.96.0.0/12}
  # Collect the pods of deleted nodes at once rather than after 40 s.
  - {key: concurrent-gc-syncs, value: "20"}
  # No metrics are served, so autoscalers only enforce their bounds. The default of 15 s is a load with 500 of them.
  - {key: horizontal-pod-autoscaler-sync-period, value: 60s}
"""

PORTS = ("etcd", "peer", "api", "controllers", "scheduler", "kwok")
"""The names of a cluster's ports, in the order in which they are chosen."""


def render(ports: dict[str, int], unpullable: str, crashing: str, api_flags: Mapping[str, str]) -> str:
    """Renders the `--config` file of `kwokctl create cluster`, a stream of YAML documents.

    `unpullable` and `crashing` are regular expressions for image names; an empty one matches nothing. `api_flags` are
    flags of the API server, without dashes.
    """
    stages = Template(files(__package__).joinpath("stages.yaml").read_text(encoding="utf-8"))
    matches_nothing = r"$^"
    flags = "\n".join(f"  - {json.dumps({'key': key, 'value': value})}" for key, value in api_flags.items())
    return (
        Template(_CONTROL_PLANE).substitute({name: str(port) for name, port in ports.items()}, flags=flags)
        + "---\n"
        + stages.substitute(
            unpullable=_quoted(unpullable or matches_nothing), crashing=_quoted(crashing or matches_nothing)
        )
    )


def _quoted(expression: str) -> str:
    # A jq string inside a single-quoted YAML string, in which single quotes are doubled.
    return json.dumps(expression).replace("'", "''")
