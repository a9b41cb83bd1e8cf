"""What the desk's histories say, drawn for those who lead it: reads everything, changes nothing."""
