"""Where everything is kept: the database and the media files."""
