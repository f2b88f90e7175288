"""Image -> findings and maps, with the models that stay loaded."""
