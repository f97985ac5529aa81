"""What the engine starts as pulumi-resource-aws."""

import sys

from pulumi.provider.experimental import server

from sandbox.aws.plugin import VERSION
from sandbox.aws.plugin.cloud import AWS
from sandbox.cloud.plugin.provider import Provider

if __name__ == "__main__":
    server.main(sys.argv[1:], VERSION, Provider(AWS))
