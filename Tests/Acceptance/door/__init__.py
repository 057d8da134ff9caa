"""What the scenarios of the front door stand on: clients, people with roles, and what must not leak."""
