"""The scoring model (评分模型): schemes as data, values in, points out.  Pure: no file, no clock, no network."""
