"""The status page: rendered into files on each change, served from them alone, with no database near."""
