"""`python -m anykube_cli.localkube ENGINE`: the program that the engine starts as pulumi-resource-localkube."""

from anykube_cli.localkube import NAME, VERSION
from anykube_cli.localkube.certificate import CertificateResource
from anykube_cli.localkube.cluster import ClusterResource
from anykube_cli.localkube.node_pool import NodePoolResource
from anykube_cli.plugin.provider import serve

if __name__ == "__main__":
    serve(NAME, VERSION, [ClusterResource(), NodePoolResource(), CertificateResource()])
