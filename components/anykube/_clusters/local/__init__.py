"""A local cluster: `LocalCluster`, served by the plugin localkube."""
