"""Which alerts and tickets look alike: pure questions about words, components and time, no verbs."""
