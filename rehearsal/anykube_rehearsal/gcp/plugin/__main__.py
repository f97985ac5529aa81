"""The entry point that Pulumi's engine starts as pulumi-resource-gcp."""

from anykube_rehearsal.cloud.plugin.serve import serve
from anykube_rehearsal.gcp.plugin import VERSION
from anykube_rehearsal.gcp.plugin.cloud import GCP

if __name__ == "__main__":
    serve(VERSION, GCP)
