"""Against real servers: each trap that a killed, moved or badly started PostgreSQL can lay."""
