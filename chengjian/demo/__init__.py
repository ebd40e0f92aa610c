"""The embedded demo city 云溪市: seven invented portals on loopback, with faults that are declared in ``faults.py``.

``city.serve`` serves it, ``expected.expected`` says what an audit of each portal must report and
``expected.differences`` compares that with a ``chengjian.audit/1`` document.
"""
