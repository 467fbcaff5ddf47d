"""Reads the tables that `-z tcplife,stat`, `conn`, `servers`, `states` and `tree` print."""

FRAME = ("=" * 20, "-" * 20)


def cells(line):
    return [cell.strip() for cell in line.split("|")[:-1]]


def read(lines):
    """title → its lines, of everything printed between two lines of signs."""
    found, title = {}, None
    for line in lines:
        if line.startswith("TCP Lifecycle: "):
            title = line.strip()[len("TCP Lifecycle: "):-1]
            found[title] = []
        elif line.startswith("Filter for statistics: ") and title:
            continue
        elif line and not line.startswith(FRAME):
            found.setdefault(title, []).append(line)
    return found


def stat(lines):
    """item → count, percent and seven times (those that are there)."""
    table = {}
    for line in lines[1:]:
        if "|" in line:
            name, count, percent, *times = cells(line)
            assert name not in table, f"two rows are called {name}"
            table[name] = [int(count), float(percent)] + [float(time) for time in times if time]
    return table


def rows(lines):
    """Of a table with one kind of row: the rows as dictionaries."""
    header = cells(lines[0])
    return [dict(zip(header, cells(line))) for line in lines[2:]]


def all_rows(lines):
    """The same of several tables with the same columns, one behind the other."""
    header = cells(lines[0])
    return [dict(zip(header, cells(line))) for line in lines[1:] if "|" in line]


def tree(lines):
    """path → count."""
    counts, path = {}, []
    for line in lines[1:]:
        name, count = line.strip().split("  ", 1)
        depth = len(line) - len(line.lstrip(" "))
        path[depth:] = [name]
        counts["/".join(path)] = int(count.split()[0])
    return counts
