"""The entry point that Pulumi's engine starts as pulumi-resource-azure-native."""

import sys

from pulumi.provider.experimental import server

from anykube_rehearsal.azure.plugin import VERSION
from anykube_rehearsal.azure.plugin.cloud import AZURE
from anykube_rehearsal.cloud.plugin.provider import Provider

if __name__ == "__main__":
    server.main(sys.argv[1:], VERSION, Provider(AZURE))
