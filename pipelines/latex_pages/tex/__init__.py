"""Running TeX: installation, sandbox, dumped formats, many pieces per run, faults isolated."""
