"""Amazon SNS, and the CloudWatch alarms that come through it."""
