"""One file per resource of the API; `catalogue.py` lists them."""
