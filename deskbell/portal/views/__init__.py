"""The views of the portal, a page each: the link's, coming in, requests."""
