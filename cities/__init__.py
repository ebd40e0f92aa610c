"""Cities as data: units, portals, outlets (cities/<id>/)."""
