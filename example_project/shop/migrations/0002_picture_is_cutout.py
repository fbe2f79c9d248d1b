"""Say of each picture whether it is cut out; until now its position did."""

from django.db import migrations, models


def those_behind(apps, schema_editor):
    """Mark the pictures of further colours."""
    apps.get_model("shop", "Picture").objects.filter(position__gt=0).update(is_cutout=True)


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="picture",
            name="is_cutout",
            field=models.BooleanField(
                default=False, help_text="The garment alone, on white.", verbose_name="cut out"
            ),
        ),
        migrations.AlterField(
            model_name="picture",
            name="caption",
            field=models.CharField(
                blank=True, help_text="Read aloud as its alt text.", max_length=100
            ),
        ),
        migrations.RunPython(those_behind, migrations.RunPython.noop),
    ]
