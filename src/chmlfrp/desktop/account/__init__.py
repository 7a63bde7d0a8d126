"""What the account's page is put together from."""
