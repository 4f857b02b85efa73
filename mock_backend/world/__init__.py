"""The demo's world: towns and rivers where they are, everything between them invented from one seed. Pure and without Qt."""
