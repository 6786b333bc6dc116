"""What people do with showme, one module per thing they do."""
