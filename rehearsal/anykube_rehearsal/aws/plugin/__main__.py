"""Runs the plugin: the engine starts this as pulumi-resource-aws."""

import sys

from pulumi.provider.experimental import server

from anykube_rehearsal.aws.plugin import VERSION
from anykube_rehearsal.aws.plugin.cloud import AWS
from anykube_rehearsal.cloud.plugin.provider import Provider

if __name__ == "__main__":
    server.main(sys.argv[1:], VERSION, Provider(AWS))
