"""The agents' screens: lists, one ticket, and what the browsers are told live. Changes nothing by itself."""
