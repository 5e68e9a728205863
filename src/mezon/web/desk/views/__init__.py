"""Pages of the desk: a module for each family of pages, each with its own `urlpatterns`."""
