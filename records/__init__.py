"""The vocabulary of the domain: frozen dataclasses and closed enums, standard library only."""
