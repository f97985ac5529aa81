"""The plugin `localkube`: local clusters, their node pools, and certificates of a local certificate authority."""

NAME = "localkube"
VERSION = "0.1.0"
