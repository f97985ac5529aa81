"""The entry point that Pulumi's engine starts as pulumi-resource-azure-native."""

from anykube_rehearsal.azure.plugin import VERSION
from anykube_rehearsal.azure.plugin.cloud import AZURE
from anykube_rehearsal.cloud.plugin.serve import serve

if __name__ == "__main__":
    serve(VERSION, AZURE)
