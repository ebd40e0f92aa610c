"""The registry of a city: who is watched, under which names and at which addresses (cities/<id>/units.yml)."""

from services.registry.city_files import DEFAULT_CITY, check_city, city_ids, load_city

__all__ = ["DEFAULT_CITY", "check_city", "city_ids", "load_city"]
