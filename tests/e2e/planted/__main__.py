"""A stack without any component of Anykube. The config value `faults` adds resources that violate the policies."""

import pulumi
import pulumi_kubernetes as k8s

from tests.e2e.planted import clouds, workloads

_faults = pulumi.Config().require_bool("faults")
_cluster = k8s.Provider("cluster", render_yaml_to_directory="rendered")
_onto = pulumi.ResourceOptions(provider=_cluster)

clouds.sound()
workloads.sound(_onto)
if _faults:
    clouds.planted()
    workloads.planted(_onto)
