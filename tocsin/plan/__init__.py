"""What the company decided in calm: people, scenarios, protocols and messages."""
