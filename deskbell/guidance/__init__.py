"""Implementation guidance: a district’s onboarding, in steps with owners and days; it installs nothing."""
