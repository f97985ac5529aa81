"""The simulated Google Cloud: an account that keeps what is made, and a plugin that the engine takes for Google's."""
