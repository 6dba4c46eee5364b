"""What a prospect meets: the embeddable form, the booking and manage pages, and their public API."""
