"""What the program does, one file for each verb."""
