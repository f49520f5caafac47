"""A submodule added, moved on, and dirty."""


def play(day):
    day.start()
    library = day.base / "lib"
    library.mkdir()
    main, day.here = day.here, library
    day.hidden = True
    day.git("init", "-q", "-b", "main", "--template=")
    day.commit("feat: lib", {"lib.py": "lib = 1\n"})
    day.here, day.hidden = main, False
    day.git("submodule", "--quiet", "add", "../lib", "vendor/lib")
    day.commit("build: add lib")
    day.here, day.hidden = main / "vendor/lib", True
    day.commit("feat: more", {"lib.py": "lib = 2\n"})
    day.write("new.py", "x = 1\n")
    day.here, day.hidden = main, False
    day.flush()
