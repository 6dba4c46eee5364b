"""What the HTTP edges share: problems, the API set-up, sessions, policy, pages."""
