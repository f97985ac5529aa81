"""What Azure offers: machines, regions, versions and roles, as far as rehearsals need them."""
