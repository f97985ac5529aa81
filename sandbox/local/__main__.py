"""`python -m sandbox.local ENGINE`: what the engine starts as pulumi-resource-localkube."""

from sandbox.local import NAME, VERSION
from sandbox.local.certificate import CertificateResource
from sandbox.local.cluster import ClusterResource
from sandbox.local.node_pool import NodePoolResource
from sandbox.plugin.provider import serve

if __name__ == "__main__":
    serve(NAME, VERSION, [ClusterResource(), NodePoolResource(), CertificateResource()])
