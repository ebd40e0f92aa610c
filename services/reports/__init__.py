"""What an audit is written out as: the JSON of the contract, an HTML page, an Excel workbook."""
