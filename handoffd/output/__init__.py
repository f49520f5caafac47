"""A document made into bytes, and delivered."""
