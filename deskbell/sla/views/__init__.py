"""The screens of the sla room, behind `people.access`: the team looks, managers edit."""
