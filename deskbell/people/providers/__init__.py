"""Google, Microsoft and other OpenID providers that say who a customer is, and nothing else about them."""
