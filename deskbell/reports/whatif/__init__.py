"""What-if: the real histories of a period, replayed under another policy, beside what was."""
