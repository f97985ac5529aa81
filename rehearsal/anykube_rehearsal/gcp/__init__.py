"""The simulated Google Cloud: an account that stores resources, and a stand-in for Pulumi's gcp plugin."""
