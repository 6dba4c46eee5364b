"""What workers do: each task is a name, a use case to call, and how often to try again."""
