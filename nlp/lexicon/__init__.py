"""Our domain dictionary (领域词典): words by class, in the YAML files beside this one."""
