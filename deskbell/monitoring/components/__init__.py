"""Components and their checks as people set them up and look at them."""
