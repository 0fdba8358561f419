"""Corpora: what lies in a folder, an archive or a store (`listing`), its bytes (`reading`), what
its owner says of it (`sidecar`), and the cached Parquet index of all that (`index`)."""
