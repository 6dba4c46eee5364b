"""What the stand-ins share: faults, log, clock, guests' mail, the week page."""
