"""What the engine starts as pulumi-resource-gcp."""

import sys

from pulumi.provider.experimental import server

from sandbox.cloud.plugin.provider import Provider
from sandbox.gcp.plugin import VERSION
from sandbox.gcp.plugin.cloud import GCP

if __name__ == "__main__":
    server.main(sys.argv[1:], VERSION, Provider(GCP))
