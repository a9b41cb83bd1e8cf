"""The pages of the mail room: the quarantine, the doors, and how mail leaves."""
