"""The entry point that Pulumi's engine starts as pulumi-resource-gcp."""

import sys

from pulumi.provider.experimental import server

from anykube_rehearsal.cloud.plugin.provider import Provider
from anykube_rehearsal.gcp.plugin import VERSION
from anykube_rehearsal.gcp.plugin.cloud import GCP

if __name__ == "__main__":
    server.main(sys.argv[1:], VERSION, Provider(GCP))
