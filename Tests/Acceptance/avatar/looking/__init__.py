"""What a film is looked at with, from outside: its pictures, its sound, and what is said in it."""
