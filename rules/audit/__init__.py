"""What the audit log keeps, and which alarms ring."""
