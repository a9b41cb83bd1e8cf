from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial")]

    operations = [
        migrations.AddField("visit", "visitor_saw", models.BigIntegerField(default=0)),
        migrations.AddField("visit", "team_saw", models.BigIntegerField(default=0)),
        migrations.AddField("visit", "transcript_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("visitor", "confirmed_at", models.DateTimeField(blank=True, null=True)),
    ]
