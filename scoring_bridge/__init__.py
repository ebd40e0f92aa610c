"""The bridge (数据衔接): findings, events, filings and official data in, indicator values out.  Pure."""
