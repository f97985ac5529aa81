"""The NVIDIA device plugin, so that pods can request GPUs. AKS installs only the driver.

https://learn.microsoft.com/azure/aks/use-nvidia-gpu
"""

from collections.abc import Mapping, Sequence

from anykube._workloads.cluster_context import POOL_LABEL

_IMAGE = "mcr.microsoft.com/oss/v2/nvidia/k8s-device-plugin:v0.18.0"
_NAME = "nvidia-device-plugin"
_LABELS = {"app.kubernetes.io/name": _NAME}
_DIRECTORY = "/var/lib/kubelet/device-plugins"


def service_account() -> Mapping[str, object]:
    """The service account of the device plugin, which does not use the Kubernetes API."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": _NAME, "namespace": "kube-system", "labels": _LABELS},
        "automountServiceAccountToken": False,
    }


def device_plugin(pools: Sequence[str]) -> Mapping[str, object]:
    """A DaemonSet for all nodes of these pools, whatever their taints.

    The plugin registers by a socket of root in a directory of the node, so it runs as root and mounts that directory.
    https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/#device-plugin-implementation
    """
    term = {"matchExpressions": [{"key": POOL_LABEL, "operator": "In", "values": list(pools)}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": _NAME, "namespace": "kube-system", "labels": _LABELS},
        "spec": {
            "selector": {"matchLabels": _LABELS},
            "updateStrategy": {"type": "RollingUpdate"},
            "template": {
                "metadata": {"labels": _LABELS},
                "spec": {
                    "priorityClassName": "system-node-critical",
                    "serviceAccountName": _NAME,
                    "automountServiceAccountToken": False,
                    "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
                    "tolerations": [{"operator": "Exists"}],
                    "affinity": {
                        "nodeAffinity": {
                            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}
                        }
                    },
                    "containers": [
                        {
                            "name": _NAME,
                            "image": _IMAGE,
                            "env": [{"name": "FAIL_ON_INIT_ERROR", "value": "false"}],
                            "securityContext": {
                                "allowPrivilegeEscalation": False,
                                "readOnlyRootFilesystem": True,
                                "capabilities": {"drop": ["ALL"]},
                            },
                            "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
                            "volumeMounts": [{"name": "device-plugins", "mountPath": _DIRECTORY}],
                        }
                    ],
                    "volumes": [{"name": "device-plugins", "hostPath": {"path": _DIRECTORY}}],
                },
            },
        },
    }
