"""What Azure offers: VM sizes, regions, versions and roles, as far as rehearsals need them."""
