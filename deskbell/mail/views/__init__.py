"""The screens of the mail room: addresses, letters and how they look; and what others report."""
