"""What a person or CI runs beside plain `pulumi`."""
