"""Reading the news (新闻研判): texts in, labels, places, units and events out.  Pure: no file, clock or network."""
