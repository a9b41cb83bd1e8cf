"""When each kind of clock starts and stops, a file for each; how long it has is the draft's."""
