"""What tshark tells of one capture, asked no more often than the promises about it need.

Starting tshark costs more than reading a small capture. What several tests look at is therefore printed by the same
tshark, in four ways that differ in what Wireshark builds for the plugin:

| Reading.             | passes | rows of fields | statistics                        | locale  |
|----------------------|--------|----------------|-----------------------------------|---------|
| rows, json           | one    | yes            | json                              | C       |
| told                 | one    | no (`-q`)      | all, each of all connections      | C.UTF-8 |
| rows_twice,          | two    | yes, with      | all, each of all connections      | C.UTF-8 |
| told_twice           |        | Zeek's words   |                                   |         |
| chosen(), twice too  | either | no (`-q`)      | all with a filter, but the ladder | C       |
"""
import functools
import re

import tshark

# In this order they are asked for; tshark prints the last one first. (`states` asks for `over_time` behind all of them.)
STATISTICS = "json csv stat conn servers over_time tree ladder svg zeek".split()
PRINTED = re.compile(r"(?P<zeek>#separator.*?^#close[^\n]*\n)(?P<svg><\?xml.*?^</svg>\n)(?P<ladder>.*?)"
                     r"(?P<tables>\n={20}.*={20}\n)(?P<csv>connection,.*?)(?P<json>(?:^\{[^\n]*\n)*)",
                     re.DOTALL | re.MULTILINE)
FIELDS = ["frame.number", "tcp.flags", "tcp.seq_raw", "tcp.ack_raw", "tcp.len", "icmp.type", "icmpv6.type",
          *tshark.SEGMENT_FIELDS, *tshark.expert_fields()]
SYN_ONLY = "tcp.flags.syn == 1 && tcp.flags.ack == 0"  # a filter that some connections of most captures pass
ZEEK_FIELDS = ["tcplife.zeek.conn_state", "tcplife.zeek.history"]


def statistics(display_filter=None, unfiltered=()):
    """The words that ask tshark for every statistic, of the connections that a filter chooses."""
    for name in STATISTICS:
        chosen = f",{display_filter}" if display_filter and name not in unfiltered else ""
        yield from ("-z", f"tcplife,{name}{chosen}")


def parts(output):
    """Statistic → what it printed (`tables`: stat, conn, servers, over_time and tree); fails where anything else was printed."""
    match = PRINTED.fullmatch(output)
    if not match:
        raise tshark.TsharkError(f"not the output of {', '.join(STATISTICS)} alone:\n{output}")
    return match.groupdict()


class Reading:
    """Each question is asked when somebody needs the answer, and once."""

    def __init__(self, capture):
        self.capture = capture
        self.name = capture.stem

    @functools.cached_property
    def _once(self):
        return tshark.table(FIELDS, "-z", "tcplife,json", capture=self.capture)

    @functools.cached_property
    def _twice(self):
        return tshark.table(FIELDS + ZEEK_FIELDS, "-2", *statistics(), capture=self.capture, LC_ALL="C.UTF-8")

    @property
    def rows(self):
        """One dictionary a frame, field → list of its values."""
        return self._once[0]

    @property
    def json(self):
        """What `-z tcplife,json` prints."""
        return self._once[1]

    @functools.cached_property
    def told(self):
        """What every statistic prints, by its name."""
        return parts(tshark.run("-q", *statistics(), capture=self.capture, LC_ALL="C.UTF-8").stdout)

    @property
    def rows_twice(self):
        return self._twice[0]

    @functools.cached_property
    def told_twice(self):
        return parts(self._twice[1])

    @functools.cache
    def chosen(self, display_filter, *passes):
        """As told, of the connections that a filter chooses; but the ladder is of all, in a locale that has no lines."""
        return parts(tshark.run("-q", *passes, *statistics(display_filter, ["ladder"]), capture=self.capture).stdout)
