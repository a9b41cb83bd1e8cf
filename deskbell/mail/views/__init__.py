"""The pages of the mail room: the quarantine, and the doors by which mail comes in."""
