"""Who is on call, and paging them until a person answers. Knows alarms and tickets, draws no inbox."""
