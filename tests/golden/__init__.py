"""Golden pictures: what the window paints, compared with stored pictures. See CONTRIBUTING.md."""
