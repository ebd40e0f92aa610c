"""What is kept: tables, repositories, migrations, evidence."""
