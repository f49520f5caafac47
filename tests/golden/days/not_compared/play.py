"""Files that are not compared: too large, behind a filter that is not trusted."""


def play(day):
    day.start({"large.txt": "a line\n" * 900_000, "data.dat": "1\n", ".gitattributes": "*.dat filter=crypt\n", "small.txt": "1\n"})
    day.git("config", "filter.crypt.clean", "rev")
    day.write("large.txt", "a line\n" * 900_000 + "more\n")
    day.write("data.dat", "2\n")
    day.write("small.txt", "2\n")
    day.flush()
