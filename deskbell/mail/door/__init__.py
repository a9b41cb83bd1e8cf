"""The SMTP door: takes mail for the support address and stores it. Reads no mail, knows no Django."""
