"""What the engine starts as pulumi-resource-aws."""

import sys

from pulumi.provider.experimental import server

from sandbox.aws.plugin import VERSION
from sandbox.aws.plugin.provider import Aws

if __name__ == "__main__":
    server.main(sys.argv[1:], VERSION, Aws())
