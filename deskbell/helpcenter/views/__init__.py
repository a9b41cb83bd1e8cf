"""The screens of the help center: readers' pages, and those on which the team writes."""
