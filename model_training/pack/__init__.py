"""From somebody's checkpoint, published weights or ONNX file to a head the viewer accepts."""
