"""Ordinary notices by web push, on devices that agents have chosen. What calls someone who is on call is
`oncall`'s; both come through the same worker of the browser and the same subscription."""
