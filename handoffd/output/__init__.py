"""A document made into bytes, and delivered.

columns -> terminal   markdown  json  file   (no other needs another)
"""
