"""A shop of django-oscar, with its own models, templates and dashboard."""
