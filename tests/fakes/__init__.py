"""Stand-ins that several rooms of tests share."""
