"""What the scenarios of the front door stand on: clients for HTTP and sockets, people with roles, and what must not leak."""
