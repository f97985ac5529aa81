"""The simulated AWS: an account that boto3 sees, and a plugin that the engine takes for pulumi-resource-aws."""
