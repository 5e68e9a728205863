"""Portal: public pages over published releases. Nobody signs in, and reading writes nothing."""
