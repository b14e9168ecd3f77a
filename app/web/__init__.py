"""The HTTP service: routes, schemas, problems, limits, pages."""
