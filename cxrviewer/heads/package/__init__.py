"""What lies in a head's folder: files, manifest, arrays, signature, model structure. Runs nothing."""
