"""The composition root: settings, assembly, the command line, migrations, the embedded database and the demo."""
