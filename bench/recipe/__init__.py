"""What a shop would write without this app: a Celery task for each try-on. It is compared with."""
