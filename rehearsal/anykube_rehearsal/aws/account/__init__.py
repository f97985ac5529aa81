"""The account: moto, and beside it the EKS that moto lacks, behind one endpoint on loopback."""
