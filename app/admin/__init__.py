"""The console of admins and managers: what happened, what is set up, and why each lead went where it went."""
