"""A document made into bytes, and delivered.

markdown  json  terminal  file   (none needs another)
"""
