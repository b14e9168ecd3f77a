"""The warm indexing process: it alone writes, and others hand it their work through a socket."""
