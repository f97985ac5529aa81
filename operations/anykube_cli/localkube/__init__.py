"""The plugin `localkube`: a local cluster, its node pools, and certificates of a local authority."""

NAME = "localkube"
VERSION = "0.1.0"
