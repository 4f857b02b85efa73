"""The maker's back end: vehicles, commands, events, and what the cars report."""
