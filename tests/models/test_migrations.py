"""Migrations only add: workers of the old and the new version run side by side for a while.

The old version reads and writes rows as it knows them. So a column that is added must bear that it
is left out (null, or a default of the database's own), and nothing that it uses may go or change.
"""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader

ONLY_NAMES = {"verbose_name", "help_text", "choices", "validators", "editable", "blank", "default"}
"""What the database knows nothing of, so that changing it changes nothing for others."""


def later_ones() -> list[Any]:
    """Return our migrations but the first."""
    loader = MigrationLoader(None)
    ours = [key for key in loader.disk_migrations if key[0] == "django_tryon"]
    return [loader.disk_migrations[key] for key in sorted(ours)[1:]]


def before(migration: Any) -> Any:
    """Return the state of the models before a migration."""
    loader = MigrationLoader(None)
    return loader.project_state([(migration.app_label, migration.name)], at_end=False)


def newest(model: str, name: str, field: Any) -> Any:
    """Return a field as the last of our migrations leaves it: they are applied together."""
    state = MigrationLoader(None).project_state()
    found = state.models.get(("django_tryon", model.lower()))
    return found.fields.get(name, field) if found else field


def may_be_left_out(field: Any) -> bool:
    """Tell whether an INSERT by somebody who does not know this column goes well."""
    if isinstance(field, models.ManyToManyField):
        return True  # a table of its own
    return field.null or field.has_db_default()


def changes(field: Any, old: Any) -> set[str]:
    """Return what is new of a field."""
    (_, _, args, given), (_, _, old_args, had) = field.deconstruct(), old.deconstruct()
    named = {name for name in given.keys() | had.keys() if given.get(name) != had.get(name)}
    return named | ({"args"} if args != old_args or type(field) is not type(old) else set())


def constraints_of(state: Any) -> dict[str, list[Any]]:
    """Return the constraints of each of our models, as they were before the migration."""
    found: dict[str, list[Any]] = getattr(state, "had", None) or {
        name: list(model.options.get("constraints", ()))
        for (app, name), model in state.models.items()
        if app == "django_tryon"
    }
    return found


def allowed(constraint: Any) -> tuple[str, set[str]]:
    """Return which words a constraint of that kind allows, and of which field."""
    ((lookup, words),) = constraint.condition.children
    return lookup, set(words)


def is_wider(constraint: Any, old: Any) -> bool:
    """Tell whether a constraint allows all that another one does, as words of one field."""
    if not all(isinstance(one, models.CheckConstraint) for one in (constraint, old)):
        return False
    (lookup, words), (had, before) = allowed(constraint), allowed(old)
    return lookup == had and lookup.endswith("__in") and words >= before


def why_not(operation: Any, state: Any) -> str:
    """Return what an old worker would stumble over; empty if nothing."""
    match operation:
        case migrations.RemoveConstraint():
            return ""  # what was refused is no more
        case migrations.AddConstraint(model_name=model, constraint=constraint):
            had = constraints_of(state)[model.lower()]
            return "" if any(is_wider(constraint, old) for old in had) else "AddConstraint is new"
        case migrations.CreateModel() | migrations.AddIndex() | migrations.AlterModelOptions():
            return ""
        case migrations.AddField(model_name=model, name=name, field=field):
            if may_be_left_out(newest(model, name, field)):
                return ""
            return f"{name} has neither null=True nor a db_default: an INSERT without it fails"
        case migrations.AlterField(model_name=model, name=name, field=field):
            old = state.models["django_tryon", model.lower()].fields[name]
            new = changes(field, old) - ONLY_NAMES
            if "null" in new and field.null:
                new -= {"null"}
            if "db_default" in new and field.has_db_default():
                new -= {"db_default"}
            if "max_length" in new and (field.max_length or 0) > old.max_length:
                new -= {"max_length"}
            return f"{name} changes: {', '.join(sorted(new))}" if new else ""
        case migrations.RunPython(reverse_code=None):
            return "RunPython cannot be taken back"
        case migrations.RunPython():
            return ""
    return f"{type(operation).__name__} takes away or changes what an old worker uses"


@pytest.mark.parametrize("migration", later_ones(), ids=lambda migration: migration.name)
def test_a_migration_only_adds(migration: Any) -> None:
    state = before(migration)
    state.had = constraints_of(state)  # one that goes may come again, and allow more
    for operation in migration.operations:
        assert not why_not(operation, state), f"{migration.name}: {why_not(operation, state)}"
        operation.state_forwards("django_tryon", state)


def one_of(field: str, *words: str) -> models.CheckConstraint:
    """Return a constraint that allows these words."""
    return models.CheckConstraint(condition=models.Q((f"{field}__in", words)), name="known")


def judged(operation: Any) -> str:
    """Return what is said against an operation on a model with one field, ``word``: a or b."""
    from django.db.migrations.state import ModelState, ProjectState

    state = ProjectState()
    known = {"constraints": [one_of("word", "a", "b")]}
    state.add_model(
        ModelState("django_tryon", "Kept", [("word", models.CharField(max_length=5))], known)
    )
    return why_not(operation, state)


@pytest.mark.parametrize(
    ("operation", "word"),
    [
        (migrations.RemoveField("Kept", "word"), "RemoveField"),
        (migrations.DeleteModel("Kept"), "DeleteModel"),
        (migrations.RenameField("Kept", "word", "term"), "RenameField"),
        (migrations.AddField("Kept", "more", models.CharField(default="")), "an INSERT without it"),
        (migrations.AlterField("Kept", "word", models.TextField()), "args"),
        (migrations.AlterField("Kept", "word", models.CharField(max_length=4)), "max_length"),
        (migrations.RunSQL("SELECT 1"), "RunSQL"),
        (migrations.RunPython(lambda *_: None), "taken back"),
        (
            migrations.AddConstraint(
                "Kept", models.UniqueConstraint(fields=["word"], name="word_once")
            ),
            "AddConstraint",
        ),
        (migrations.AddConstraint("Kept", one_of("word", "a")), "AddConstraint"),
        (migrations.AddConstraint("Kept", one_of("letter", "a", "b", "c")), "AddConstraint"),
    ],
)
def test_what_is_no_addition_is_told(operation: Any, word: str) -> None:
    assert word in judged(operation)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("Kept", "more", models.CharField(null=True)),
        migrations.AddField("Kept", "more", models.CharField(db_default="")),
        migrations.AlterField("Kept", "word", models.CharField(max_length=9, verbose_name="term")),
        migrations.AlterField("Kept", "word", models.CharField(max_length=5, null=True)),
        migrations.AlterField("Kept", "word", models.CharField(max_length=5, db_default="")),
        migrations.RunPython(lambda *_: None, migrations.RunPython.noop),
        migrations.RemoveConstraint("Kept", "word_known"),
        migrations.AddConstraint("Kept", one_of("word", "a", "b", "c")),
    ],
)
def test_an_addition_is_not(operation: Any) -> None:
    assert not judged(operation)


class Elsewhere:
    """A router of a shop whose permissions lie in another database."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return app_label != "auth"


@pytest.mark.django_db
@pytest.mark.parametrize(("routers", "left"), [([], 0), ([Elsewhere()], 1)])
def test_what_no_page_asks_for_goes_where_permissions_are(
    routers: list[Any], left: int, settings: Any
) -> None:
    tallies = ContentType.objects.get(app_label="django_tryon", model="tally")
    Permission.objects.create(content_type=tallies, codename="add_tally", name="Can add tally")
    settings.DATABASE_ROUTERS = routers
    step = import_module("django_tryon.migrations.0027_fewer_permissions_and_busiest")
    step.forget_permissions(apps, SimpleNamespace(connection=connection))
    settings.DATABASE_ROUTERS = []
    assert Permission.objects.filter(codename="add_tally").count() == left
