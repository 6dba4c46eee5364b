"""What the product does, one verb a file. Each opens its own transaction; all edges call these and nothing else."""
