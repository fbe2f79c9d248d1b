"""The app of the usual recipes, and the counter of every statement that a process sends."""

from __future__ import annotations

from django.apps import AppConfig

from bench.recipe.counting import begin


class RecipeConfig(AppConfig):
    """The usual recipes."""

    name = "bench.recipe"
    label = "recipe"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Count from the first connection on."""
        begin()
