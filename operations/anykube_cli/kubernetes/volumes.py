"""Storage of a local cluster: a fixed number of pre-created volumes, because no disks can be provisioned.

The real controller binds each claim to a volume without storage behind it. A volume fits claims of any usual size and
access mode, and a stage in stages.yaml releases it when its claim is deleted.
"""

from anykube_cli.kubernetes.api import Api

STORAGE_CLASS = "simulated"
_VOLUMES = 40
_SIZE = "16Ti"
_ACCESS_MODES = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"]


def create_volumes(api: Api) -> None:
    """Creates the default storage class and its volumes, unless the class exists."""
    is_new = api.create(
        "/apis/storage.k8s.io/v1/storageclasses",
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {
                "name": STORAGE_CLASS,
                "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
            },
            "provisioner": "kubernetes.io/no-provisioner",
            "allowVolumeExpansion": True,  # as the default classes of the clouds
            # As in the clouds. With immediate binding, a pod sometimes stays unscheduled for minutes.
            "volumeBindingMode": "WaitForFirstConsumer",
        },
    )
    for index in range(_VOLUMES if is_new else 0):
        api.create(
            "/api/v1/persistentvolumes",
            {
                "apiVersion": "v1",
                "kind": "PersistentVolume",
                "metadata": {"name": f"{STORAGE_CLASS}-{index}"},
                "spec": {
                    "storageClassName": STORAGE_CLASS,
                    "capacity": {"storage": _SIZE},
                    "accessModes": _ACCESS_MODES,
                    "persistentVolumeReclaimPolicy": "Retain",
                    "hostPath": {"path": f"/{STORAGE_CLASS}/{index}"},
                },
            },
        )
