"""From files to expanded tokens: works of several files, encodings, comments, macros."""
