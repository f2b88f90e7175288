"""May this head read this image? The header, the pixels, and the out-of-distribution detector."""
