"""How everything looks: base page, colors, components, words for times. Knows no ticket and no agent."""
