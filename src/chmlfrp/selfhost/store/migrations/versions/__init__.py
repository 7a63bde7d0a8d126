"""One module a revision, in a row; `mNNNN_NAME.py` holds revision `NNNN_NAME`."""
