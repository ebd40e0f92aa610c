"""The web console (工作台) and its API: a face only.  All that it does is a service that the command line also has."""
