"""What lies where in the window: layout, viewports, sync groups, and the images in memory. No Qt."""
