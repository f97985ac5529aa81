"""The simulated AWS account: moto and a stricter EKS behind one endpoint on loopback."""
