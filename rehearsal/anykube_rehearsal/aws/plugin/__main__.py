"""Runs the plugin: the engine starts this as pulumi-resource-aws."""

from anykube_rehearsal.aws.plugin import VERSION
from anykube_rehearsal.aws.plugin.cloud import AWS
from anykube_rehearsal.cloud.plugin.serve import serve

if __name__ == "__main__":
    serve(VERSION, AWS)
