"""What the engine starts as pulumi-resource-azure-native."""

import sys

from pulumi.provider.experimental import server

from sandbox.azure.plugin import VERSION
from sandbox.azure.plugin.cloud import AZURE
from sandbox.cloud.plugin.provider import Provider

if __name__ == "__main__":
    server.main(sys.argv[1:], VERSION, Provider(AZURE))
