"""Lists in and out at speed: beside their floors and beside django-import-export."""
