"""Storage of a local cluster: volumes that are there in advance, since no disk can be made.

A claim is bound by the real controller, to a volume behind which there is nothing. Each volume takes a claim of any
usual size and access, and stages.yaml frees it when its claim is gone.
"""

from anykube_cli.kubernetes.api import Api

STORAGE_CLASS = "simulated"
_VOLUMES = 40
_SIZE = "16Ti"
_ACCESS = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"]


def create_volumes(api: Api) -> None:
    """The default storage class and its volumes; where the class is there already, they are too."""
    made = api.create(
        "/apis/storage.k8s.io/v1/storageclasses",
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {
                "name": STORAGE_CLASS,
                "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
            },
            "provisioner": "kubernetes.io/no-provisioner",
            # As the clouds have it. Bound at once, a claim now and then leaves its pod unscheduled for minutes.
            "volumeBindingMode": "WaitForFirstConsumer",
        },
    )
    for index in range(_VOLUMES if made else 0):
        api.create(
            "/api/v1/persistentvolumes",
            {
                "apiVersion": "v1",
                "kind": "PersistentVolume",
                "metadata": {"name": f"{STORAGE_CLASS}-{index}"},
                "spec": {
                    "storageClassName": STORAGE_CLASS,
                    "capacity": {"storage": _SIZE},
                    "accessModes": _ACCESS,
                    "persistentVolumeReclaimPolicy": "Retain",
                    "hostPath": {"path": f"/{STORAGE_CLASS}/{index}"},
                },
            },
        )
