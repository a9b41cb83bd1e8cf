"""Who is there: agents and teams, contacts and districts, notices. Not what they say to each other."""
