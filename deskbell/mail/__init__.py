"""Mail, both ways: taken in and kept raw, understood, answered, sent. Decides nothing about tickets."""
