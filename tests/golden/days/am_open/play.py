"""A patch from the mail does not apply."""

PATCH = """From 1111111111111111111111111111111111111111 Mon Sep 17 00:00:00 2001
From: Kim <kim@example.com>
Date: Tue, 10 Mar 2026 08:00:00 +0000
Subject: [PATCH] feat: by mail

---
 a.py | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

diff --git a/a.py b/a.py
--- a/a.py
+++ b/a.py
@@ -1 +1 @@
-y = 1
+y = 2
--
2.39.5

"""


def play(day):
    day.start({"a.py": "x = 1\n"})
    day.note("doing", "Take in Kim's patch")
    day.git("am", "-q", fails=True, stdin=PATCH)
    day.flush()
