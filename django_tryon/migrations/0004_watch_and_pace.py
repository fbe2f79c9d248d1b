from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('django_tryon', '0003_gates'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pace',
            fields=[
                ('engine', models.CharField(max_length=50, primary_key=True, serialize=False, verbose_name='engine')),
                ('seconds', models.JSONField(default=list, verbose_name='latest run times, seconds')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
            ],
            options={
                'verbose_name': 'pace',
                'verbose_name_plural': 'paces',
            },
        ),
        migrations.AddField(
            model_name='alarm',
            name='keeper',
            field=models.CharField(blank=True, default='', max_length=32),
        ),
        migrations.AddField(
            model_name='alarm',
            name='kept_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='alarm',
            name='swept_at',
            field=models.DateTimeField(null=True),
        ),
    ]
