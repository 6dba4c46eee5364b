"""What the HTTP edges share: sessions, the policy table, CSRF, headers, rate limits, layout, errors, health."""
